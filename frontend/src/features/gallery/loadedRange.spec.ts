import { expect, it } from "vitest";
import { canJump, countedOrder, opposite, stepFor } from "./loadedRange";

const START = { before: 0, loaded: 200, has_next: true, has_previous: false, can_jump: true };
const MIDDLE = { before: 500_000, loaded: 1000, has_next: true, has_previous: true, can_jump: true };
const END = { before: 999_800, loaded: 200, has_next: false, has_previous: true, can_jump: true };

it.each([
  ["nothing while the screen is within what is loaded", START, 0, 40, null],
  ["the next page near the end of what is loaded", START, 120, 160, { kind: "on" }],
  ["a place by itself far off", START, 700_000, 700_040, { kind: "jump", skip: 699_900 }],
  ["page by page where a place has no number", { ...START, can_jump: false }, 700_000, 700_040, { kind: "on" }],
  ["the page before near the start of what is loaded", MIDDLE, 500_050, 500_090, { kind: "back" }],
  ["the start by itself from far off", MIDDLE, 0, 40, { kind: "jump", skip: 0 }],
  ["nothing beyond the end", END, 999_960, 1_000_000, null],
  ["the page before the end", END, 999_850, 999_890, { kind: "back" }],
])("loads %s", (_, range, first, last, step) => expect(stepFor(range, first, last)).toEqual(step));

it("suggestions come first only from the start", () => {
  expect(countedOrder({ order: "suggested" })).toBe("registered");
  expect([opposite("registered"), opposite("newest")]).toEqual(["newest", "registered"]);
  expect([canJump({ order: "suggested" }), canJump({ order: "suggested", suggested: true })]).toEqual([true, false]);
});
