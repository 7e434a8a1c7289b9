// Two thresholds and the grey zone between them: what the model decides alone and what people look at. Pure.
import type { Curve, CurvePoint } from "@/api/types";

export interface Zone {
  low: number;
  high: number;
}
export type ZoneEnd = keyof Zone;

export interface ZoneFigures {
  /** NG below the zone, judged OK without a person */
  escapes: number;
  /** OK above the zone, judged NG without a person */
  overkills: number;
  looked_ng: number;
  looked_ok: number;
  /** The part of production that people look at, or null without images of both verdicts */
  looked_share: number | null;
}

/** Return the points in the order of their thresholds, those that people decide by among them. */
export function stepsOf({ points, chosen, zero_escape, cheapest }: Curve): CurvePoint[] {
  const all = [...points, ...[chosen, zero_escape, cheapest].filter((point) => point !== null)];
  return [...new Map(all.map((point) => [point.threshold, point])).values()].sort((a, b) => a.threshold - b.threshold);
}

/** Return the place of the point nearest to a threshold. */
export function nearest(points: readonly CurvePoint[], threshold: number): number {
  const distance = (index: number) => Math.abs(points[index]!.threshold - threshold);
  return points.reduce((best, _, index) => (distance(index) < distance(best) ? index : best), 0);
}

/** Move one end; the other end makes way, so that `low` never lies above `high`. */
export function moved(zone: Zone, end: ZoneEnd, threshold: number): Zone {
  return end === "low"
    ? { low: threshold, high: Math.max(threshold, zone.high) }
    : { low: Math.min(threshold, zone.low), high: threshold };
}

/** Return the end that is nearer to a threshold. */
export function nearerEnd(zone: Zone, threshold: number): ZoneEnd {
  const [below, above] = [Math.abs(threshold - zone.low), Math.abs(threshold - zone.high)];
  if (below === above) return threshold < zone.low ? "low" : "high";
  return below < above ? "low" : "high";
}

export function figuresOf(
  { ng, ok, defect_rate }: Pick<Curve, "ng" | "ok" | "defect_rate">,
  low: CurvePoint,
  high: CurvePoint,
): ZoneFigures {
  const looked_ng = high.escapes - low.escapes;
  const looked_ok = low.overkills - high.overkills;
  const share = ng && ok ? defect_rate * (looked_ng / ng) + (1 - defect_rate) * (looked_ok / ok) : null;
  return { escapes: low.escapes, overkills: high.overkills, looked_ng, looked_ok, looked_share: share };
}
