// The shapes of the bench: the same ones for the canvas and for Konva, drawn by a seed.
import { outlineOf } from "@/canvas/geometry/outline";
import { simplified } from "@/canvas/geometry/simplify";
import { strokeMask } from "@/canvas/geometry/stroke";
import type { Mask, Point, Shape } from "@/canvas/types";

export const SIZE = { width: 4096, height: 3072 };
const COLOURS = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#d55e00", "#cc79a7"];
const CORNERS = 12;

/** Numbers from 0 to 1, the same ones for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** Return boxes and polygons in turn, and masks for the last of them. */
export function shapesOf(count: number, masks: number): Shape[] {
  const next = numbers(20261129);
  return Array.from({ length: count }, (_, at): Shape => {
    const centre: Point = [next() * SIZE.width, next() * SIZE.height];
    const colour = COLOURS[at % COLOURS.length]!;
    return {
      id: `s${at}`,
      class_id: `c${at % 6}`,
      colour,
      geometry: geometryAt(centre, next, at, at >= count - masks),
    };
  });
}

function geometryAt([x, y]: Point, next: () => number, at: number, isMask: boolean): Shape["geometry"] {
  const side = 30 + 170 * next();
  if (isMask) return { kind: "mask", mask: brushed([x, y], side, next) };
  const [left, top] = [Math.min(x, SIZE.width - side), Math.min(y, SIZE.height - side)];
  if (at % 2) return { kind: "box", box: [left, top, side, side * (0.4 + 0.6 * next())] };
  const points = Array.from({ length: CORNERS }, (_, corner): Point => {
    const [angle, far] = [(2 * Math.PI * corner) / CORNERS, (side / 2) * (0.6 + 0.4 * next())];
    return [left + side / 2 + far * Math.cos(angle), top + side / 2 + far * Math.sin(angle)];
  });
  return { kind: "polygon", points };
}

function brushed([x, y]: Point, side: number, next: () => number): Mask {
  const points = Array.from({ length: 6 }, (): Point => [x + side * next(), y + side * next()]);
  return strokeMask(SIZE, points, side / 6);
}

/** Return the rings of a mask as Konva draws them: as many corners as the canvas draws. */
export const ringsOf = (mask: Mask): Point[][] => outlineOf(mask).map((ring) => simplified(ring, 0.8));
