// The places of a shape that can be dragged: eight of a box, the corners of a polygon, none of a mask. Pure.
import type { Geometry, Point, Size } from "../types";
import { BOX_HANDLES, placeOfHandle, resizedBox, withCornerAfter, withCornerAt, withoutCorner } from "./reshape";
import { distance, nearestOnSegment, sides } from "./shapes";

export function handlesOf(geometry: Geometry): readonly Point[] {
  if (geometry.kind === "mask") return [];
  if (geometry.kind === "polygon") return geometry.points;
  return BOX_HANDLES.map((handle) => placeOfHandle(geometry.box, handle));
}

/** Return the handle at a place; -1 when there is none. */
export const handleAt = (geometry: Geometry, at: Point, reach: number): number =>
  handlesOf(geometry).findIndex((handle) => distance(handle, at) <= reach);

/** Return the shape with a handle at another place. */
export function withHandleAt(geometry: Geometry, index: number, to: Point, size: Size): Geometry {
  if (geometry.kind === "box") return { kind: "box", box: resizedBox(geometry.box, BOX_HANDLES[index]!, to, size) };
  if (geometry.kind === "polygon") return { kind: "polygon", points: withCornerAt(geometry.points, index, to) };
  return geometry;
}

/** Return the side of a polygon at a place, by the corner where it begins; -1 when there is none. */
export function sideAt(geometry: Geometry, at: Point, reach: number): number {
  if (geometry.kind !== "polygon") return -1;
  return sides(geometry.points).findIndex(([a, b]) => distance(nearestOnSegment(a, b, at), at) <= reach);
}

/** Return the polygon with one more corner after another, at a place or else in the middle of the side. */
export function withCornerOnSide(geometry: Geometry, side: number, at?: Point): Geometry {
  if (geometry.kind !== "polygon") return geometry;
  const [[ax, ay], [bx, by]] = sides(geometry.points)[side]!;
  const middle: Point = [(ax + bx) / 2, (ay + by) / 2];
  return { kind: "polygon", points: withCornerAfter(geometry.points, side, at ?? middle) };
}

export const withoutHandle = (geometry: Geometry, index: number): Geometry =>
  geometry.kind === "polygon" ? { kind: "polygon", points: withoutCorner(geometry.points, index) } : geometry;
