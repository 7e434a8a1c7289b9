// What is kept of a shape to draw it fast: its path in picture pixels, exact and smooth.
import { outlineOf } from "../geometry/outline";
import { simplified } from "../geometry/simplify";
import type { Geometry, Point } from "../types";

/** In picture pixels: the steps of a mask's pixels go, its form stays. */
const SMOOTHED_BY = 0.8;
const paths = new WeakMap<Geometry, Path2D>();
const smoothPaths = new WeakMap<Geometry, Path2D>();

/** From this many device pixels per picture pixel on, a mask shows the steps of its pixels. */
const STEPS_FROM = 4;

/** Return the path to draw when a picture pixel takes so many device pixels. */
export const pathAt = (geometry: Geometry, scale: number): Path2D =>
  scale >= STEPS_FROM ? pathOf(geometry) : smoothPathOf(geometry);

/** Return the exact outline. */
const pathOf = (geometry: Geometry): Path2D => cached(paths, geometry, () => pathAlong(ringsOf(geometry)));

/** Return the outline without the steps of a mask's pixels. */
function smoothPathOf(geometry: Geometry): Path2D {
  if (geometry.kind !== "mask") return pathOf(geometry);
  return cached(smoothPaths, geometry, () =>
    pathAlong(outlineOf(geometry.mask).map((ring) => simplified(ring, SMOOTHED_BY))),
  );
}

function cached<Key extends object, Value>(kept: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const found = kept.get(key) ?? make();
  kept.set(key, found);
  return found;
}

function ringsOf(geometry: Geometry): readonly (readonly Point[])[] {
  if (geometry.kind === "mask") return outlineOf(geometry.mask);
  if (geometry.kind === "polygon") return [geometry.points];
  const [x, y, width, height] = geometry.box;
  return [
    [
      [x, y],
      [x + width, y],
      [x + width, y + height],
      [x, y + height],
    ],
  ];
}

function pathAlong(rings: readonly (readonly Point[])[]): Path2D {
  const path = new Path2D();
  for (const ring of rings) {
    ring.forEach(([x, y], at) => (at ? path.lineTo(x, y) : path.moveTo(x, y)));
    path.closePath();
  }
  return path;
}
