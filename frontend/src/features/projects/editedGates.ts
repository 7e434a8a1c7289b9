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
  "aupimo",
  "iou",
  "region_recall",
] as const satisfies readonly GateLimit["metric"][];

/** Figures that slices have. */
export const OF_SLICES: readonly string[] = ["escape_rate", "escape_bound", "overkill_rate", "overkill_bound", "auroc"];
export const SLICES = [
  "product",
  "line",
  "station",
  "camera",
  "light",
  "lot",
  "class",
  "size",
] as const satisfies readonly NonNullable<GateLimit["slice_by"]>[];

/** A gate in the form: its limit is empty until somebody writes one, and its slice where it is for all images. */
export type EditedGate = Pick<GateLimit, "metric" | "direction" | "split"> & {
  limit: number | "";
  slice_by: (typeof SLICES)[number] | "";
  slice_value: string;
};

const RATES: readonly string[] = ["escape_rate", "escape_bound", "overkill_rate", "overkill_bound"];

/** Rates must stay below their limit, all other figures above. */
export const directionOf = (metric: GateLimit["metric"]): GateLimit["direction"] =>
  RATES.includes(metric) ? "at_most" : "at_least";

/** The API leaves the split out where it is test. */
export const edited = (gate: GateLimit): EditedGate => ({
  ...gate,
  split: gate.split ?? "test",
  slice_by: gate.slice_by ?? "",
  slice_value: gate.slice_value ?? "",
});

export function newGate(gates: readonly EditedGate[]): EditedGate {
  const metric = METRICS.find((one) => !gates.some((gate) => gate.metric === one)) ?? METRICS[0];
  return { metric, direction: directionOf(metric), limit: "", split: "test", slice_by: "", slice_value: "" };
}

/** Return the gates to send; null while one has no limit between 0 and 1. */
export function limitsOf(gates: readonly EditedGate[]): GateLimit[] | null {
  const whole = gates.filter((gate): gate is EditedGate & { limit: number } => isShare(gate.limit));
  return whole.length === gates.length ? whole.map(sent) : null;
}

/** A figure that slices do not have is asked of all images. */
function sent({ metric, direction, limit, split, ...slice }: EditedGate & { limit: number }): GateLimit {
  const by = OF_SLICES.includes(metric) ? slice.slice_by || null : null;
  return { metric, direction, limit, split, slice_by: by, slice_value: (by && slice.slice_value) || null };
}

const isShare = (limit: number | "") => limit !== "" && limit >= 0 && limit <= 1;
