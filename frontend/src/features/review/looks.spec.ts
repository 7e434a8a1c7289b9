import { expect, it } from "vitest";
import { afterLook, isLookedAt, LOOK_MS } from "./looks";

it("images on screen share the time, so a page of twelve takes twelve looks", () => {
  const page = Array.from({ length: 12 }, (_, at) => `image ${at}`);
  const soon = afterLook(new Map(), page, LOOK_MS);
  expect(page.filter((key) => isLookedAt(soon, key))).toEqual([]);
  const later = afterLook(soon, page, LOOK_MS * 11);
  expect(page.every((key) => isLookedAt(later, key))).toBe(true);
});

it("what was looked at takes no more time from the others", () => {
  const one = afterLook(new Map(), ["a"], LOOK_MS);
  expect(isLookedAt(afterLook(one, ["a", "b"], LOOK_MS), "b")).toBe(true);
});

it("an image that was never on screen is not looked at", () => {
  expect(isLookedAt(new Map(), "a")).toBe(false);
});
