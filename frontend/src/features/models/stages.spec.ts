import { expect, it } from "vitest";
import type { Production, StageChange } from "@/api/types";
import { actsOn, kindOf, shownStage } from "./stages";

const production: Production = { dataset_id: "d", model_id: "new", since: null, before: "old", history: [] };

it.each([
  ["new", "production", "in_production"],
  ["old", "production", "replaced"],
  ["new", "candidate", "candidate"],
  ["old", "retired", "retired"],
] as const)("model %s in stage %s is shown as %s", (model_id, stage, shown) =>
  expect(shownStage({ model_id, stage }, production)).toBe(shown),
);

it.each([
  ["production", null, "promoted"],
  ["candidate", null, "demoted"],
  ["candidate", "old", "rolled_back"],
  ["retired", null, "retired"],
] as const)("a change to %s with %s behind it is %s", (stage, back_to, kind) =>
  expect(kindOf({ stage, back_to } as StageChange)).toBe(kind),
);

it.each([
  ["in_production", "old", ["roll_back", "demote", "retire"]],
  ["in_production", null, ["demote", "retire"]],
  ["replaced", null, ["promote", "demote", "retire"]],
  ["candidate", "old", ["promote", "retire"]],
  ["retired", "old", []],
] as const)("a model that is %s, with %s before it, allows %s", (stage, before, acts) =>
  expect(actsOn(stage, before)).toEqual(acts),
);
