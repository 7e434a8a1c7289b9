import { expect, it } from "vitest";
import type { GateReport, GateResult } from "@/api/types";
import { hasFailed, isOutdated, outcomeOf } from "./gates";

const gate = { metric: "escape_bound", direction: "at_most", limit: 0.05, split: "test" } as const;
const result = (figure: number | null, passed: boolean): GateResult => ({ gate, figure, passed });
const report = (...results: GateResult[]): GateReport => ({ project_version: 3, threshold: 0.3, results });

it.each([
  [result(0.04, true), "passed"],
  [result(0.06, false), "failed"],
  [result(null, false), "not_measured"],
] as const)("%o is %s", (one, outcome) => expect(outcomeOf(one)).toBe(outcome));

it("one gate that does not pass fails all", () => {
  expect(hasFailed(report(result(0.04, true), result(null, false)))).toBe(true);
  expect(hasFailed(report(result(0.04, true)))).toBe(false);
  expect(hasFailed(null)).toBe(false);
});

it("results hold at their threshold only", () => {
  expect(isOutdated({ gates: report(), threshold: 0.4 })).toBe(true);
  expect(isOutdated({ gates: report(), threshold: 0.3 })).toBe(false);
  expect(isOutdated({ gates: null, threshold: 0.3 })).toBe(false);
});
