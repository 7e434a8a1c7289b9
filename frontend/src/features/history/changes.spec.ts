import { expect, it } from "vitest";
import type { ImageUndone } from "@/api/types";
import { counted } from "./changes";

const item = (goes_back: ImageUndone["goes_back"], stays: ImageUndone["stays"] = []): ImageUndone => ({
  image_id: "a",
  thumbnail_url: "",
  goes_back,
  stays,
});
const marks = { was_marks: 0, becomes_marks: 0 };
const split = { ...marks, respect: "split", was: "test", becomes: null, by: null } as const;
const judged = { ...marks, respect: "judged", was: "NG", becomes: "OK", by: "aya" } as const;
const kept = { respect: "judged", why: "decided_later", since: 9, by: "ken", at: null } as const;

it("counts images once, and each respect they go back in", () => {
  expect(counted([item([split, judged]), item([judged]), item([], [kept])])).toEqual({
    back: 2,
    stay: 1,
    respects: { split: 1, judged: 2 },
  });
});
