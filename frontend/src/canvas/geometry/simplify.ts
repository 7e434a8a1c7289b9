// A ring of corners with fewer of them, by Douglas and Peucker. Pure.
import { distance, nearestOnSegment } from "./shapes";
import type { Point } from "../types";

/** Return the ring without the corners that lie nearer than the tolerance to the line of their neighbours. */
export function simplified(ring: readonly Point[], tolerance: number): Point[] {
  if (ring.length < 4) return [...ring];
  const far = farthest(ring, 0, ring.length, ring[0]!, ring[0]!).index;
  const closed = [...ring, ring[0]!];
  const kept = new Set([0, far]);
  keep(closed, [0, far], tolerance, kept);
  keep(closed, [far, ring.length], tolerance, kept);
  return ring.filter((_, at) => kept.has(at));
}

function keep(points: readonly Point[], whole: [number, number], tolerance: number, kept: Set<number>): void {
  const open = [whole];
  for (let part = open.pop(); part; part = open.pop()) {
    const [from, to] = part;
    const far = farthest(points, from + 1, to, points[from]!, points[to]!);
    if (far.distance <= tolerance) continue;
    kept.add(far.index);
    open.push([from, far.index], [far.index, to]);
  }
}

function farthest(points: readonly Point[], first: number, end: number, a: Point, b: Point) {
  let best = { index: first, distance: -1 };
  for (let at = first; at < end; at++) {
    const far = distance(nearestOnSegment(a, b, points[at]!), points[at]!);
    if (far > best.distance) best = { index: at, distance: far };
  }
  return best;
}
