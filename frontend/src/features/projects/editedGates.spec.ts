import { expect, it } from "vitest";
import { directionOf, edited, type EditedGate, limitsOf, newGate } from "./editedGates";

const gate: EditedGate = { metric: "escape_rate", direction: "at_most", limit: 0.05, split: "test" };

it.each([
  ["escape_bound", "at_most"],
  ["overkill_rate", "at_most"],
  ["auroc_low", "at_least"],
  ["region_recall", "at_least"],
] as const)("a limit for %s is %s", (metric, direction) => expect(directionOf(metric)).toBe(direction));

it("a new gate is for the first figure without one", () =>
  expect(newGate([gate])).toEqual({ metric: "escape_bound", direction: "at_most", limit: "", split: "test" }));

it("a limit without a split is for test", () => {
  const stored = { metric: "escape_rate", direction: "at_most", limit: 0.05 } as Parameters<typeof edited>[0];
  expect(edited(stored)).toEqual(gate);
});

it.each([
  [0, true],
  [1, true],
  ["", false],
  [-0.1, false],
  [5, false],
] as const)("the limit %s can be sent: %s", (limit, sent) =>
  expect(limitsOf([gate, { ...gate, limit }])).toEqual(sent ? [gate, { ...gate, limit }] : null),
);
