// The gates of a project while they are edited, and as they are sent. Pure.
import type { GateLimit } from "@/api/types";

export const METRICS = [
  "escape_rate",
  "escape_bound",
  "overkill_rate",
  "overkill_bound",
  "auroc",
  "auroc_low",
  "average_precision",
  "average_precision_low",
  "pixel_auroc",
  "aupro",
  "iou",
  "region_recall",
] as const satisfies readonly GateLimit["metric"][];

/** A gate in the form; its limit is empty until somebody writes one. */
export type EditedGate = Omit<GateLimit, "limit"> & { limit: number | "" };

const RATES: readonly string[] = ["escape_rate", "escape_bound", "overkill_rate", "overkill_bound"];

/** Rates must stay below their limit, all other figures above. */
export const directionOf = (metric: GateLimit["metric"]): GateLimit["direction"] =>
  RATES.includes(metric) ? "at_most" : "at_least";

/** The API leaves the split out where it is test. */
export const edited = (gate: GateLimit): EditedGate => ({ ...gate, split: gate.split ?? "test" });

export function newGate(gates: readonly EditedGate[]): EditedGate {
  const metric = METRICS.find((one) => !gates.some((gate) => gate.metric === one)) ?? METRICS[0];
  return { metric, direction: directionOf(metric), limit: "", split: "test" };
}

/** Return the gates to send; null while one has no limit between 0 and 1. */
export function limitsOf(gates: readonly EditedGate[]): GateLimit[] | null {
  const limits = gates.filter((gate): gate is EditedGate & { limit: number } => isShare(gate.limit));
  return limits.length === gates.length ? limits : null;
}

const isShare = (limit: number | "") => limit !== "" && limit >= 0 && limit <= 1;
