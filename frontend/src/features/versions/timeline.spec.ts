import { expect, it } from "vitest";
import type { Change } from "@/api/types";
import { canBeUndone, entries } from "./timeline";

const change = (first: number, last: number, batch_id: string | null, reason = "", type = "ImageExcluded"): Change => ({
  stream: "dataset-a",
  first,
  last,
  hash: "",
  recorded_at: `2026-04-01T00:00:${first}Z`,
  clock: null,
  actor: "hanako",
  batch_id,
  correlation_id: null,
  events: { [type]: last - first + 1 },
  reason,
});

it("makes one entry of the commits of a batch", () => {
  const [bulk, single] = entries([change(20, 29, "b", "blurred"), change(10, 19, "b", "blurred"), change(9, 9, null)]);
  expect(bulk).toMatchObject({ first: 10, last: 29, commits: 2, reason: "blurred", events: [["ImageExcluded", 20]] });
  expect(single).toMatchObject({ first: 9, last: 9, commits: 1 });
});

it("tells of a clock that was set back", () => {
  const clock = "2026-03-31T21:00:00Z";
  expect(entries([{ ...change(2, 2, null), clock }, change(1, 1, null)]).map((entry) => entry.clock)).toEqual([
    clock,
    undefined,
  ]);
});

it("gives a batch no reason that only some of it has", () => {
  expect(entries([change(2, 2, "b", "x"), change(1, 1, "b", "y")])[0]!.reason).toBe("");
});

it("keeps commits without a batch, and other batches, apart", () => {
  expect(entries([change(4, 4, null), change(3, 3, null), change(2, 2, "b"), change(1, 1, "c")])).toHaveLength(4);
});

it("offers to undo what changed images, not a name or a question", () => {
  const [excluded, tagged] = entries([change(4, 4, null), change(3, 3, null, "", "VersionTagged")]);
  expect(canBeUndone(excluded!)).toBe(true);
  expect(canBeUndone(tagged!)).toBe(false);
});
