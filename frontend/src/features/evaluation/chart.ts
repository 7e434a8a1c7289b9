// Geometry of the threshold chart. Pure.
import type { CurvePoint } from "@/api/types";

export interface Axis {
  low: number;
  high: number;
  size: number;
}

/** Return the place of a value on an axis; an axis of one value has it in the middle. */
export function placeOn({ low, high, size }: Axis, value: number): number {
  return high === low ? size / 2 : ((value - low) / (high - low)) * size;
}

/** Return the value at a place on an axis. */
export function valueAt({ low, high, size }: Axis, place: number): number {
  return low + (Math.min(Math.max(place, 0), size) / size) * (high - low);
}

export type Measure = "escape_rate" | "overkill_rate" | "cost";

/** Return a measure over the threshold as the path of a line; "" where it is not known. */
export function lineOf(points: readonly CurvePoint[], measure: Measure, x: Axis, y: Axis): string {
  return points
    .flatMap((point) => {
      const value = point[measure];
      return value == null ? [] : [`${placeOn(x, point.threshold).toFixed(1)} ${placeOn(y, value).toFixed(1)}`];
    })
    .map((place, index) => `${index ? "L" : "M"}${place}`)
    .join("");
}
