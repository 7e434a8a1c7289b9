// Bounds, area and nearness of shapes, and which shapes are refused. Pure.
import { maskArea, maskBounds, isInMask } from "./masks";
import type { Box, Geometry, Point, RefusalCode, Size } from "../types";

/** The server takes no more corners than this. */
export const MOST_CORNERS = 500;
const LEAST_SIDE = 1;
const LEAST_AREA = 1;

/** Return the box around a shape; one of no size for an empty mask. */
export function boundsOf(geometry: Geometry): Box {
  if (geometry.kind === "box") return geometry.box;
  return geometry.kind === "mask" ? maskBounds(geometry.mask) : pointBounds(geometry.points);
}

export function pointBounds(points: readonly Point[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return points.length ? [left, top, right - left, bottom - top] : [0, 0, 0, 0];
}

export function areaOf(geometry: Geometry): number {
  if (geometry.kind === "box") return geometry.box[2] * geometry.box[3];
  return geometry.kind === "mask" ? maskArea(geometry.mask) : polygonArea(geometry.points);
}

/** Return the area between the corners, by the shoelace formula. */
export function polygonArea(points: readonly Point[]): number {
  return Math.abs(sides(points).reduce((sum, [[ax, ay], [bx, by]]) => sum + ax * by - bx * ay, 0)) / 2;
}

/** Return the sides of a polygon, the closing one last. */
export const sides = (points: readonly Point[]): (readonly [Point, Point])[] =>
  points.map((point, at) => [point, points[(at + 1) % points.length]!]);

export function contains(geometry: Geometry, [x, y]: Point): boolean {
  if (geometry.kind === "mask") return isInMask(geometry.mask, x, y);
  if (geometry.kind === "polygon") return isInPolygon(geometry.points, [x, y]);
  const [left, top, width, height] = geometry.box;
  return x >= left && y >= top && x <= left + width && y <= top + height;
}

function isInPolygon(points: readonly Point[], [x, y]: Point): boolean {
  const crossed = sides(points).filter(
    ([[ax, ay], [bx, by]]) => ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax,
  );
  return crossed.length % 2 === 1;
}

export const distance = ([ax, ay]: Point, [bx, by]: Point): number => Math.hypot(ax - bx, ay - by);

/** Return the point of a segment that is nearest to a place. */
export function nearestOnSegment([ax, ay]: Point, [bx, by]: Point, [x, y]: Point): Point {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const share = length ? Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / length, 0), 1) : 0;
  return [ax + share * dx, ay + share * dy];
}

/** Return true where a shape is under a point, or its outline is not farther than the reach. */
export function isNear(geometry: Geometry, at: Point, reach: number): boolean {
  if (contains(geometry, at)) return true;
  if (geometry.kind === "mask") return false;
  return sides(cornersOf(geometry)).some(([from, to]) => distance(nearestOnSegment(from, to, at), at) <= reach);
}

/** Return the corners of a box, clockwise from the top left, or of a polygon. */
export function cornersOf(geometry: Exclude<Geometry, { kind: "mask" }>): readonly Point[] {
  if (geometry.kind === "polygon") return geometry.points;
  const [x, y, width, height] = geometry.box;
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}

/** Return why a shape is refused; undefined for a good one. It was clipped to the picture before. */
export function refusalOf(geometry: Geometry): RefusalCode | undefined {
  if (geometry.kind === "mask") return geometry.mask.runs.length ? undefined : "empty_mask";
  if (geometry.kind === "polygon") return polygonRefusal(geometry.points);
  const [, , width, height] = geometry.box;
  return width >= LEAST_SIDE && height >= LEAST_SIDE ? undefined : "no_area";
}

function polygonRefusal(points: readonly Point[]): RefusalCode | undefined {
  if (points.length < 3) return "too_few_corners";
  if (points.length > MOST_CORNERS) return "too_many_corners";
  if (isCrossing(points)) return "crossing";
  return polygonArea(points) < LEAST_AREA ? "no_area" : undefined;
}

/** Return true where two sides of a polygon cross; sides that share a corner do not. */
export function isCrossing(points: readonly Point[]): boolean {
  const all = sides(points);
  return all.some((one, at) =>
    all.slice(at + 2, at === 0 ? -1 : undefined).some((other) => doCross(one[0], one[1], other[0], other[1])),
  );
}

function doCross(a: Point, b: Point, c: Point, d: Point): boolean {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

const turn = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point) => (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

export const isInside = ({ width, height }: Size, [x, y]: Point): boolean =>
  x >= 0 && y >= 0 && x <= width && y <= height;

export const clampedPoint = ({ width, height }: Size, [x, y]: Point): Point => [
  Math.min(Math.max(x, 0), width),
  Math.min(Math.max(y, 0), height),
];
