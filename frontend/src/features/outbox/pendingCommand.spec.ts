import { describe, expect, it } from "vitest";
import type { Image } from "@/api/types";
import {
  imageAfter,
  type GuardedCommand,
  inBatches,
  narrowed,
  overridesJudgement,
  undoCommands,
  upTo,
  type PendingCommand,
} from "./pendingCommand";

const image = (image_id: string, more: Partial<Image> = {}) =>
  ({
    image_id,
    verdict: null,
    defects: [],
    split: null,
    excluded: null,
    revision: 3,
    suggestion: { rank: 0 },
    ...more,
  }) as unknown as Image;
const judge = (...image_ids: string[]): GuardedCommand => ({
  kind: "annotate",
  dataset_id: "d",
  annotations: image_ids.map((image_id) => ({
    image_id,
    verdict: "NG",
    defects: [{ class_id: "crack" }],
    revision: 3,
    reason: "",
    seconds_spent: 1,
    suggestion_id: null,
  })),
});
const withdraw = (...image_ids: string[]): GuardedCommand => ({
  kind: "withdraw",
  dataset_id: "d",
  images: image_ids.map((image_id) => ({ image_id, revision: 3 })),
  reason: "undo",
});

describe("an image after a gesture", () => {
  it("has the verdict, and is no proposal any more", () => {
    const next = imageAfter(image("a"), judge("a"));
    expect([next.verdict, next.defects, next.suggestion]).toEqual(["NG", [{ class_id: "crack" }], null]);
  });

  it("is unlabelled once its verdict was withdrawn", () => {
    const next = imageAfter(
      image("a", { verdict: "NG", annotation: { by: "x" } as Image["annotation"] }),
      withdraw("a"),
    );
    expect([next.verdict, next.defects, next.annotation]).toEqual([null, [], null]);
  });

  it("stays as it was when the gesture was about others", () => {
    const before = image("a");
    expect(imageAfter(before, judge("b"))).toBe(before);
  });
});

describe("taking back", () => {
  it("states the former verdict anew", () => {
    const [back] = undoCommands(judge("a"), [image("a", { verdict: "OK" })], "undo");
    expect(back).toMatchObject({
      kind: "annotate",
      annotations: [{ image_id: "a", verdict: "OK", reason: "undo", revision: 3 }],
    });
  });

  it("withdraws where there was no verdict", () => {
    const backs = undoCommands(judge("a", "b"), [image("a"), image("b", { verdict: "OK" })], "undo");
    expect(backs).toMatchObject([
      { kind: "annotate", annotations: [{ image_id: "b", verdict: "OK" }] },
      { kind: "withdraw", images: [{ image_id: "a", revision: 3 }], reason: "undo" },
    ]);
  });

  it("restores what was excluded, and excludes again for the old reason", () => {
    const exclude: PendingCommand = { kind: "exclude", dataset_id: "d", image_ids: ["a"], reason: "blurred" };
    expect(undoCommands(exclude, [image("a")], "undo")).toMatchObject([{ kind: "restore", image_ids: ["a"] }]);
    const restore: PendingCommand = { kind: "restore", dataset_id: "d", image_ids: ["a"], reason: "fine" };
    expect(undoCommands(restore, [image("a", { excluded: "blurred" })], "undo")).toMatchObject([
      { kind: "exclude", reason: "blurred" },
    ]);
  });

  it("only concerns the images of that gesture", () => {
    const [back] = undoCommands(judge("a"), [image("a", { verdict: "OK" }), image("b", { verdict: "OK" })], "undo");
    expect(back?.kind === "annotate" && back.annotations).toHaveLength(1);
  });
});

it("more than ninety images go in several calls", () => {
  const batches = inBatches(Array.from({ length: 200 }, (_, index) => index));
  expect(batches.map((batch) => batch.length)).toEqual([90, 90, 20]);
  expect(batches.flat()).toHaveLength(200);
});

describe("command that was refused for some of its images", () => {
  it("is done for the others", () => {
    expect(narrowed(withdraw("a", "b"), (id) => id === "b")).toEqual(withdraw("b"));
    expect(narrowed(judge("a"), () => false)).toBeNull();
  });

  it("can be done for the newer revision", () => {
    expect(upTo(judge("a", "b"), (id) => (id === "a" ? 9 : 1))).toMatchObject({
      annotations: [{ revision: 9 }, { revision: 3 }],
    });
    expect(upTo(withdraw("a"), () => 9)).toMatchObject({ images: [{ revision: 9 }] });
  });
});

describe("the undo of an override", () => {
  const theirs = image("a", { verdict: "OK", annotation: { by: "hanako" } as Image["annotation"] });

  it("lets the judgement before it stand again, as it was", () => {
    expect(overridesJudgement(judge("a"), [theirs])).toBe(true);
    expect(overridesJudgement(judge("a"), [image("a")])).toBe(false);
    const [back] = undoCommands(judge("a"), [theirs], "undo", "batch-1");
    expect(back).toMatchObject({ kind: "undo", batch_id: "batch-1", images: [{ image_id: "a", verdict: "OK" }] });
    expect(imageAfter(imageAfter(theirs, judge("a")), back!).annotation?.by).toBe("hanako");
  });
});
