import { describe, expect, it } from "vitest";
import type { Image } from "@/api/types";
import { judgement } from "@/features/gallery/useDecisions";
import { needsReason } from "./overrides";

const standing = (by: string, review: "accepted" | "returned" | null = null, verdict = "OK") =>
  ({ image_id: "a", verdict, defects: [], annotation: { by, review, reason: "" } }) as unknown as Image;

describe("a reason is needed", () => {
  it.each([
    ["for a colleague's judgement", standing("hanako"), true],
    ["for one's own that was accepted", standing("me", "accepted"), true],
    ["not for one's own", standing("me"), false],
    ["not for a colleague's that was returned", standing("hanako", "returned"), false],
    ["not for a colleague's hold", standing("hanako", null, "HOLD"), false],
    ["for a colleague's hold that was accepted", standing("hanako", "accepted", "HOLD"), true],
    ["not for an image that nobody has judged", { ...standing("x"), verdict: null, annotation: null } as Image, false],
  ])("%s", (_, image, wanted) => {
    expect(needsReason(image, judgement(image, "NG", null, 1), "me")).toBe(wanted);
  });

  it("once: a reason, or the label review that asked, is enough", () => {
    const image = standing("hanako");
    expect(needsReason(image, { ...judgement(image, "NG", null, 1), reason: "chipped" }, "me")).toBe(false);
    expect(needsReason(image, judgement(image, "NG", null, 1, "run1"), "me")).toBe(false);
  });
});
