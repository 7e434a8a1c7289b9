// The results of gates: limits for the figures of a model. Pure.
import type { GateReport, GateResult, Model } from "@/api/types";

export type Outcome = "passed" | "failed" | "not_measured";

/** What was not measured does not pass, but its mending is another one. */
export function outcomeOf(result: GateResult): Outcome {
  if (result.passed) return "passed";
  return result.figure == null ? "not_measured" : "failed";
}

export function hasFailed(report: GateReport | null | undefined): boolean {
  return report?.results.some(({ passed }) => !passed) ?? false;
}

/** Return true when the threshold has changed since: rates hold at one threshold only. */
export function isOutdated(model: Pick<Model, "gates" | "threshold">): boolean {
  return model.gates != null && model.gates.threshold !== model.threshold;
}
