import { expect, it } from "vitest";
import type { Point } from "../types";
import { isInMask } from "./masks";
import { distance, nearestOnSegment } from "./shapes";
import { strokeMask } from "./stroke";

const SIZE = { width: 60, height: 40 };

/** The pixels whose middles are not farther from the line than the radius, one by one. */
function byEachPixel(points: readonly Point[], radius: number): number[] {
  return Array.from({ length: SIZE.width * SIZE.height }, (_, at) => {
    const middle: Point = [(at % SIZE.width) + 0.5, Math.floor(at / SIZE.width) + 0.5];
    const near = points.some((from, index) => {
      const to = points[index + 1] ?? from;
      return distance(nearestOnSegment(from, to, middle), middle) <= radius;
    });
    return near ? 1 : 0;
  });
}

it.each<[Point[], number]>([
  [[[20.3, 15.1]], 6.2],
  [[[5, 5], [50, 30]], 4.5],
  [[[5, 20], [50, 20]], 3.3],
  [[[30.2, 4], [30.2, 35]], 7],
  [[[10, 10], [40, 12], [20, 33], [55, 39]], 5.1],
  [[[-8, 20], [12, -3]], 6],
  [[[20.5, 20.5]], 0.5],
])("%# covers the pixels under the brush, inside the picture", (points, radius) => {
  const mask = strokeMask(SIZE, points, radius);
  const covered = Array.from({ length: SIZE.width * SIZE.height }, (_, at) =>
    Number(isInMask(mask, at % SIZE.width, Math.floor(at / SIZE.width))),
  );
  expect(covered).toEqual(byEachPixel(points, radius));
}); // prettier-ignore
