import { describe, expect, it } from "vitest";
import type { DefectClass, Image } from "@/api/types";
import { classForKey, defectsOf, judgement, stands } from "./useDecisions";

const image = (more: Partial<Image> = {}) =>
  ({
    image_id: "a",
    verdict: "NG",
    defects: [{ class_id: "crack", box: [1, 2, 3, 4] }],
    revision: 5,
    suggestion: { suggestion_id: "s" },
    ...more,
  }) as unknown as Image;

describe("a judgement", () => {
  it("answers the suggestion and carries the revision that was seen", () => {
    expect(judgement(image(), "HOLD", null, 2)).toMatchObject({ revision: 5, suggestion_id: "s", seconds_spent: 2 });
  });

  it("names the run whose label review it answers", () => {
    expect(judgement(image(), "NG", null, 2, "run1")).toMatchObject({ label_review: "run1" });
    expect(judgement(image(), "NG", null, 2)).not.toHaveProperty("label_review");
  });

  it("of OK has no defects; NG and hold keep those that stand", () => {
    expect(judgement(image(), "OK", null, 1).defects).toEqual([]);
    expect(judgement(image(), "NG", null, 1).defects).toHaveLength(1);
  });

  it("with a class keeps the shapes of that class only", () => {
    expect(defectsOf(image(), "crack")).toEqual([{ class_id: "crack", box: [1, 2, 3, 4] }]);
    expect(defectsOf(image(), "chip")).toMatchObject([{ class_id: "chip", box: null }]);
  });
});

describe("saying the same again", () => {
  const standing = image({
    annotation: { by: "me", label_book_revision: 2, review: null, reason: "" } as Image["annotation"],
  });
  const again = judgement(standing, "NG", null, 1);

  it("states nothing new", () => expect(stands(standing, again, 2, "me")).toBe(true));
  it("confirms the label in answer to a label review", () =>
    expect(stands(standing, judgement(standing, "NG", null, 1, "run1"), 2, "me")).toBe(false));
  it("is a new fact when it comes with a reason", () =>
    expect(stands(standing, { ...again, reason: "at the limit" }, 2, "me")).toBe(false));
  it("is a new fact under a newer standard", () => expect(stands(standing, again, 3, "me")).toBe(false));
  it("is a new fact after it was returned", () => {
    const returned = image({
      annotation: { label_book_revision: 2, review: "returned", reason: "" } as Image["annotation"],
    });
    expect(stands(returned, again, 2, "me")).toBe(false);
  });
  it("takes no judgement over from a colleague who gave a reason", () => {
    const explained = { by: "hanako", label_book_revision: 2, review: null, reason: "a crumb" };
    const theirs = image({ annotation: explained as Image["annotation"] });
    const mine = image({ annotation: { ...explained, by: "me" } as Image["annotation"] });
    expect(stands(theirs, again, 2, "me")).toBe(true);
    expect(stands(mine, again, 2, "me")).toBe(false);
  });
});

it("a retired class has no key", () => {
  const classes = [
    { class_id: "old", key: 1, retired: "merged" },
    { class_id: "new", key: 1, retired: null },
  ] as DefectClass[];
  expect(classForKey(classes, "1")?.class_id).toBe("new");
  expect(classForKey(classes, "2")).toBeUndefined();
});
