// Measurements on the picture in pixels and, with a scale, in millimetres. Pure.
import { distance } from "./geometry/shapes";
import type { Measurement, Point } from "./types";

export function measurementOf(from: Point, to: Point, millimetres_per_pixel: number | undefined): Measurement {
  const pixels = distance(from, to);
  const millimetres = millimetres_per_pixel === undefined ? undefined : millimetres_per_pixel * pixels;
  return { from, to, pixels, millimetres };
}

export const lengthText = (pixels: number, millimetres: number | undefined): string =>
  millimetres === undefined ? `${pixels.toFixed(1)} px` : `${millimetres.toFixed(2)} mm (${pixels.toFixed(1)} px)`;
