import { describe, expect, it } from "vitest";
import type { Image } from "@/api/types";
import { after, inBatches, takingBack, type Work } from "./work";

const image = (image_id: string, more: Partial<Image> = {}) =>
  ({ image_id, verdict: null, defects: [], split: null, excluded: null, revision: 3, suggestion: { rank: 0 }, ...more }) as unknown as Image;
const judge = (image_id: string): Work => ({
  kind: "annotate",
  dataset_id: "d",
  annotations: [{ image_id, verdict: "NG", defects: [{ class_id: "crack" }], revision: 3, reason: "", seconds_spent: 1, suggestion_id: null }],
});

describe("an image after a gesture", () => {
  it("has the verdict, and is no proposal any more", () => {
    const next = after(image("a"), judge("a"));
    expect([next.verdict, next.defects, next.suggestion]).toEqual(["NG", [{ class_id: "crack" }], null]);
  });

  it("stays as it was when the gesture was about others", () => {
    const before = image("a");
    expect(after(before, judge("b"))).toBe(before);
  });
});

describe("taking back", () => {
  it("states the former verdict anew", () => {
    const [back] = takingBack(judge("a"), [image("a", { verdict: "OK" })], "undo");
    expect(back).toMatchObject({ kind: "annotate", annotations: [{ image_id: "a", verdict: "OK", reason: "undo", revision: 3 }] });
  });

  it("puts on hold what had no verdict, since no event says unlabelled", () => {
    const [back] = takingBack(judge("a"), [image("a")], "undo");
    expect(back).toMatchObject({ annotations: [{ verdict: "HOLD", defects: [] }] });
  });

  it("restores what was excluded, and excludes again for the old reason", () => {
    const exclude: Work = { kind: "exclude", dataset_id: "d", image_ids: ["a"], reason: "blurred" };
    expect(takingBack(exclude, [image("a")], "undo")).toMatchObject([{ kind: "restore", image_ids: ["a"] }]);
    const restore: Work = { kind: "restore", dataset_id: "d", image_ids: ["a"], reason: "fine" };
    expect(takingBack(restore, [image("a", { excluded: "blurred" })], "undo")).toMatchObject([{ kind: "exclude", reason: "blurred" }]);
  });

  it("only concerns the images of that gesture", () => {
    const [back] = takingBack(judge("a"), [image("a", { verdict: "OK" }), image("b", { verdict: "OK" })], "undo");
    expect(back?.kind === "annotate" && back.annotations).toHaveLength(1);
  });
});

it("more than ninety images go in several calls", () => {
  const batches = inBatches(Array.from({ length: 200 }, (_, index) => index));
  expect(batches.map((batch) => batch.length)).toEqual([90, 90, 20]);
  expect(batches.flat()).toHaveLength(200);
});
