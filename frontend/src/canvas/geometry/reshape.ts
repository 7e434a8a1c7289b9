// Changes of a shape: moved, resized, clipped, with corners added, dragged and removed. Pure.
import { shiftedMask } from "./masks";
import { boundsOf, clampedPoint } from "./shapes";
import type { Box, Geometry, Point, Size } from "../types";

/** A place of a box that can be dragged: each part is 0 (left, top), 1 (right, bottom) or 0.5 (not moved). */
export type BoxHandle = readonly [x: number, y: number];

export const BOX_HANDLES: readonly BoxHandle[] = [
  [0, 0],
  [0.5, 0],
  [1, 0],
  [1, 0.5],
  [1, 1],
  [0.5, 1],
  [0, 1],
  [0, 0.5],
];

/** Return the shape moved, as far as the picture reaches. A mask moves by whole pixels. */
export function movedShape(geometry: Geometry, dx: number, dy: number, size: Size): Geometry {
  const [left, top, width, height] = boundsOf(geometry);
  const x = Math.min(Math.max(dx, -left), size.width - left - width);
  const y = Math.min(Math.max(dy, -top), size.height - top - height);
  if (geometry.kind === "box") return { kind: "box", box: [left + x, top + y, width, height] };
  if (geometry.kind === "mask") {
    return { kind: "mask", mask: shiftedMask(geometry.mask, Math.round(x), Math.round(y)) };
  }
  return { kind: "polygon", points: geometry.points.map(([px, py]) => [px + x, py + y]) };
}

/** Return the box between two places, clipped to the picture. */
export function boxBetween(from: Point, to: Point, size: Size): Box {
  const [ax, ay] = clampedPoint(size, from);
  const [bx, by] = clampedPoint(size, to);
  return [Math.min(ax, bx), Math.min(ay, by), Math.abs(ax - bx), Math.abs(ay - by)];
}

/** Return the box with one handle at another place. A handle dragged over the other side turns the box. */
export function resizedBox([x, y, width, height]: Box, [hx, hy]: BoxHandle, to: Point, size: Size): Box {
  const moved = (handle: number, own: number, side: number, value: number): [number, number] => {
    if (handle === 0.5) return [own, own + side];
    return handle === 0 ? [value, own + side] : [own, value];
  };
  const [left, right] = moved(hx, x, width, to[0]);
  const [top, bottom] = moved(hy, y, height, to[1]);
  return boxBetween([left, top], [right, bottom], size);
}

export const placeOfHandle = ([x, y, width, height]: Box, [hx, hy]: BoxHandle): Point => [
  x + hx * width,
  y + hy * height,
];

export const withCornerAt = (points: readonly Point[], index: number, to: Point): Point[] =>
  points.map((point, at) => (at === index ? to : point));

/** Return the corners with one more after the corner of an index. */
export const withCornerAfter = (points: readonly Point[], index: number, at: Point): Point[] => [
  ...points.slice(0, index + 1),
  at,
  ...points.slice(index + 1),
];

export const withoutCorner = (points: readonly Point[], index: number): Point[] =>
  points.filter((_, at) => at !== index);

/** Return the shape clipped to the picture: a mask is inside already. */
export function clipped(geometry: Geometry, size: Size): Geometry {
  if (geometry.kind === "mask") return geometry;
  if (geometry.kind === "polygon")
    return { kind: "polygon", points: withoutRepeats(clippedPolygon(geometry.points, size)) };
  const [x, y, width, height] = geometry.box;
  return { kind: "box", box: boxBetween([x, y], [x + width, y + height], size) };
}

/** Return the part of a polygon inside the picture, by Sutherland and Hodgman: cut along one border after the other. */
function clippedPolygon(points: readonly Point[], { width, height }: Size): readonly Point[] {
  const borders: readonly [axis: 0 | 1, limit: number, sign: 1 | -1][] = [
    [0, 0, 1],
    [0, width, -1],
    [1, 0, 1],
    [1, height, -1],
  ];
  return borders.reduce((left, border) => cut(left, ...border), points);
}

function cut(points: readonly Point[], axis: 0 | 1, limit: number, sign: 1 | -1): readonly Point[] {
  const depth = (point: Point) => (point[axis] - limit) * sign;
  return points.flatMap((point, at) => {
    const before = points[(at + points.length - 1) % points.length]!;
    const [was, is] = [depth(before), depth(point)];
    const crossing = was * is < 0 ? [crossed(before, point, was / (was - is), axis, limit)] : [];
    return is >= 0 ? [...crossing, point] : crossing;
  });
}

function crossed([ax, ay]: Point, [bx, by]: Point, share: number, axis: 0 | 1, limit: number): Point {
  return axis === 0 ? [limit, ay + (by - ay) * share] : [ax + (bx - ax) * share, limit];
}

const withoutRepeats = (points: readonly Point[]): readonly Point[] =>
  points.filter(([x, y], at) => {
    const [bx, by] = points[(at + points.length - 1) % points.length]!;
    return points.length === 1 || x !== bx || y !== by;
  });
