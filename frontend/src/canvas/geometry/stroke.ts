// The pixels under a stroke of a round brush: those whose middle is not farther from its line than the radius. Pure.
import type { Mask, Point, Size } from "../types";
import { maskOfRows, type RowRun } from "./masks";

export function strokeMask(size: Size, points: readonly Point[], radius: number): Mask {
  const rows: RowRun[] = [];
  const last = points.at(-1);
  for (const [at, from] of points.entries()) {
    const to = points[at + 1] ?? (points.length === 1 ? last! : undefined);
    if (to) rows.push(...capsuleRows(from, to, radius, size.height));
  }
  return maskOfRows(size, rows);
}

/** Return the runs of a segment with round ends. It is convex: in each row there is one run. */
function capsuleRows(a: Point, b: Point, radius: number, height: number): RowRun[] {
  const rows: RowRun[] = [];
  const first = Math.max(Math.floor(Math.min(a[1], b[1]) - radius), 0);
  const end = Math.min(Math.ceil(Math.max(a[1], b[1]) + radius), height);
  for (let y = first; y < end; y++) {
    const ends = [...discEnds(a, radius, y + 0.5), ...discEnds(b, radius, y + 0.5), ...sideEnds(a, b, radius, y + 0.5)];
    const [from, to] = [Math.ceil(Math.min(...ends) - 0.5), Math.floor(Math.max(...ends) - 0.5) + 1];
    if (ends.length && from < to) rows.push({ y, from, to });
  }
  return rows;
}

/** Return where a row enters and leaves a disc. */
function discEnds([x, y]: Point, radius: number, row: number): number[] {
  const rest = radius * radius - (row - y) ** 2;
  return rest < 0 ? [] : [x - Math.sqrt(rest), x + Math.sqrt(rest)];
}

/** Return where a row crosses the two sides that run beside the segment. */
function sideEnds([ax, ay]: Point, [bx, by]: Point, radius: number, row: number): number[] {
  const length = Math.hypot(bx - ax, by - ay);
  if (!length || ay === by) return [];
  const [nx, ny] = [(-(by - ay) / length) * radius, ((bx - ax) / length) * radius];
  return [1, -1].flatMap((side) => {
    const share = (row - ay - side * ny) / (by - ay);
    return share >= 0 && share <= 1 ? [ax + side * nx + share * (bx - ax)] : [];
  });
}
