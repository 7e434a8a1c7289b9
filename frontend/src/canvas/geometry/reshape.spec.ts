import { describe, expect, it } from "vitest";
import type { Geometry, Point } from "../types";
import { handleAt, handlesOf, sideAt, withCornerOnSide, withHandleAt, withoutHandle } from "./handles";
import { maskOfRows, rowsOf } from "./masks";
import { clipped, movedShape, resizedBox } from "./reshape";

const SIZE = { width: 100, height: 80 };
const polygon = (...points: Point[]): Geometry => ({ kind: "polygon", points });
const box = (...box: [number, number, number, number]): Geometry => ({ kind: "box", box });

describe("a shape is moved", () => {
  it.each([
    [box(10, 10, 20, 20), 5.5, -3, box(15.5, 7, 20, 20)],
    [box(10, 10, 20, 20), 500, -500, box(80, 0, 20, 20)],
    [polygon([0, 0], [10, 0], [5, 9]), 3, 90, polygon([3, 71], [13, 71], [8, 80])],
  ])("%# as far as the picture reaches", (shape, dx, dy, expected) => {
    expect(movedShape(shape, dx, dy, SIZE)).toEqual(expected);
  });

  it("by whole pixels when it is a mask", () => {
    const mask = maskOfRows(SIZE, [{ y: 4, from: 2, to: 5 }]);
    const moved = movedShape({ kind: "mask", mask }, 1.6, -9, SIZE);
    expect(moved.kind === "mask" && rowsOf(moved.mask)).toEqual([{ y: 0, from: 4, to: 7 }]);
  });
});

it.each([
  [
    [1, 1],
    [60, 50],
    [10, 10, 50, 40],
  ],
  [
    [0, 0],
    [5, 6],
    [5, 6, 25, 24],
  ],
  [
    [1, 0.5],
    [60, 999],
    [10, 10, 50, 20],
  ],
  [
    [0.5, 0],
    [0, 50],
    [10, 30, 20, 20],
  ],
  [
    [1, 1],
    [-9, 999],
    [0, 10, 10, 70],
  ],
] as const)("a box is resized by its handle %j to %j", (handle, to, expected) => {
  expect(resizedBox([10, 10, 20, 20], handle, to, SIZE)).toEqual(expected);
});

describe("a shape is clipped to the picture", () => {
  it.each([
    [box(-5, 70, 20, 20), box(0, 70, 15, 10)],
    [polygon([10, 10], [20, 10], [20, 20]), polygon([10, 10], [20, 10], [20, 20])],
    [polygon([-10, 10], [10, 10], [10, 30], [-10, 30]), polygon([0, 10], [10, 10], [10, 30], [0, 30])],
    [polygon([-9, -9], [-1, -9], [-5, -1]), polygon()],
  ])("%#", (shape, expected) => {
    const corners = (one: Geometry) => (one.kind === "polygon" ? new Set(one.points.map(String)) : one);
    expect(corners(clipped(shape, SIZE))).toEqual(corners(expected));
  });

  it("and a mask is inside already", () => {
    const mask = { kind: "mask", mask: maskOfRows(SIZE, []) } as const;
    expect(clipped(mask, SIZE)).toBe(mask);
  });
});

describe("the handles", () => {
  const triangle = polygon([0, 0], [40, 0], [0, 30]);

  it("of a box are eight, of a polygon its corners, of a mask none", () => {
    expect(handlesOf(box(0, 0, 10, 20))[4]).toEqual([10, 20]);
    expect(handlesOf(box(0, 0, 10, 20))).toHaveLength(8);
    expect(handlesOf(triangle)).toHaveLength(3);
    expect(handlesOf({ kind: "mask", mask: maskOfRows(SIZE, []) })).toEqual([]);
    expect([handleAt(triangle, [38, 1], 3), handleAt(triangle, [20, 0], 3)]).toEqual([1, -1]);
  });

  it("move, add and remove corners", () => {
    expect(withHandleAt(triangle, 2, [5, 35], SIZE)).toEqual(polygon([0, 0], [40, 0], [5, 35]));
    expect([sideAt(triangle, [20, 1], 2), sideAt(triangle, [0, 10], 2), sideAt(triangle, [9, 9], 2)]).toEqual([
      0, 2, -1,
    ]);
    expect(withCornerOnSide(triangle, 2)).toEqual(polygon([0, 0], [40, 0], [0, 30], [0, 15]));
    expect(withCornerOnSide(triangle, 0, [7, 3])).toEqual(polygon([0, 0], [7, 3], [40, 0], [0, 30]));
    expect(withoutHandle(triangle, 0)).toEqual(polygon([40, 0], [0, 30]));
  });
});
