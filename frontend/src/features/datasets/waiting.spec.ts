import { expect, it } from "vitest";
import type { ReviewCounts } from "@/api/types";
import { itemsForPerson, waitingIn } from "./waiting";

const counts: ReviewCounts = { waiting: 5, own: 2, returned_to_me: 1, two_person: false, oldest: null };

it("one's own judgements wait for somebody else where two people are asked for", () => {
  expect(waitingIn(counts, [], [], "aya").review).toBe(5);
  expect(waitingIn({ ...counts, two_person: true }, [], [], "aya").review).toBe(3);
});

it("open decisions of all requests are one number", () => {
  expect(waitingIn(undefined, [{ open: 3 }, { open: 4 }], [], "aya")).toEqual({
    review: 0,
    returned: 0,
    readjudication: 7,
    agreement: 0,
  });
});

it("is mine as far as I may judge and review", () => {
  const all = { review: 1, returned: 2, readjudication: 3, agreement: 4 };
  expect(itemsForPerson(all, false, true)).toEqual({ review: 1 });
  expect(itemsForPerson(all, true, false)).toEqual({
    returned: 2,
    readjudication: 3,
    agreement: 4,
  });
  expect(itemsForPerson(undefined, true, true)).toEqual({});
});
