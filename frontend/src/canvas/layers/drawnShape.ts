// What is kept of a shape to draw it fast: its path in picture pixels, and the pixels of a mask in its colour.
import { pixelsIn } from "../geometry/masks";
import { outlineOf } from "../geometry/outline";
import { boundsOf } from "../geometry/shapes";
import { simplified } from "../geometry/simplify";
import type { Box, Geometry, Mask, Point } from "../types";

/** In picture pixels: the steps of a mask's pixels go, its form stays. */
const SMOOTHED_BY = 0.8;
const paths = new WeakMap<Geometry, Path2D>();
const smoothPaths = new WeakMap<Geometry, Path2D>();
const bitmaps = new WeakMap<Mask, Map<string, { canvas: HTMLCanvasElement; box: Box }>>();

/** Return the exact outline. */
export const pathOf = (geometry: Geometry): Path2D => cached(paths, geometry, () => pathAlong(ringsOf(geometry)));

/** Return the outline without the steps of a mask's pixels. */
export function smoothPathOf(geometry: Geometry): Path2D {
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

export function pathAlong(rings: readonly (readonly Point[])[]): Path2D {
  const path = new Path2D();
  for (const ring of rings) {
    ring.forEach(([x, y], at) => (at ? path.lineTo(x, y) : path.moveTo(x, y)));
    path.closePath();
  }
  return path;
}

/** Return the pixels of a mask in a colour, and the box of the picture where they are. */
export function bitmapOf(mask: Mask, colour: string): { canvas: HTMLCanvasElement; box: Box } {
  const ofMask = cached(bitmaps, mask, () => new Map());
  const found = ofMask.get(colour) ?? tinted(mask, colour);
  ofMask.set(colour, found);
  return found;
}

function tinted(mask: Mask, colour: string): { canvas: HTMLCanvasElement; box: Box } {
  const box = boundsOf({ kind: "mask", mask });
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(box[2], 1);
  canvas.height = Math.max(box[3], 1);
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(canvas.width, canvas.height);
  pixelsIn(mask, box).forEach((inside, at) => (image.data[4 * at + 3] = inside * 255));
  context.putImageData(image, 0, 0);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height);
  return { canvas, box };
}
