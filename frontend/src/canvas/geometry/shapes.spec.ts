import { describe, expect, it } from "vitest";
import type { Geometry, Point } from "../types";
import { emptyMask, maskOfRows } from "./masks";
import { areaOf, boundsOf, contains, isNear, nearestOnSegment, refusalOf } from "./shapes";

const polygon = (...points: Point[]): Geometry => ({ kind: "polygon", points });
const box = (...box: [number, number, number, number]): Geometry => ({ kind: "box", box });
const SIZE = { width: 10, height: 8 };
const MASK: Geometry = { kind: "mask", mask: maskOfRows(SIZE, [{ y: 2, from: 3, to: 6 }]) };
const SQUARE = polygon([1, 1], [5, 1], [5, 5], [1, 5]);

describe("a shape", () => {
  it.each([
    [box(0, 0, 1, 1), undefined],
    [box(3, 3, 0.5, 9), "no_area"],
    [box(3, 3, 9, 0), "no_area"],
    [SQUARE, undefined],
    [polygon([0, 0], [4, 4]), "too_few_corners"],
    [polygon([0, 0], [4, 4], [8, 8]), "no_area"],
    [polygon([0, 0], [4, 4], [4, 0], [0, 4]), "crossing"],
    [polygon([0, 0], [6, 0], [6, 6], [3, 2], [0, 6]), undefined],
    [polygon(...Array.from({ length: 501 }, (_, at): Point => [at, at % 2])), "too_many_corners"],
    [MASK, undefined],
    [{ kind: "mask", mask: emptyMask(SIZE) } as const, "empty_mask"],
  ])("%# is refused with its reason: %s", (geometry, code) => expect(refusalOf(geometry)).toBe(code));

  it.each([
    [box(1, 2, 3, 4), [1, 2, 3, 4], 12],
    [polygon([0, 0], [4, 0], [0, 3]), [0, 0, 4, 3], 6],
    [MASK, [3, 2, 3, 1], 3],
  ])("%# has bounds and an area", (geometry, bounds, area) => {
    expect(boundsOf(geometry)).toEqual(bounds);
    expect(areaOf(geometry)).toBe(area);
  });

  it.each([
    [SQUARE, [3, 3], true, true],
    [SQUARE, [5.8, 3], false, true],
    [SQUARE, [7, 3], false, false],
    [box(1, 1, 4, 4), [0.5, 3], false, true],
    [MASK, [5.9, 2.5], true, true],
    [MASK, [6.1, 2.5], false, false],
  ] as const)("%# contains a place, or is near it", (geometry, at, inside, near) => {
    expect(contains(geometry, at)).toBe(inside);
    expect(isNear(geometry, at, 1)).toBe(near);
  });
});

it("finds the nearest point of a segment, also of one without a length", () => {
  expect(nearestOnSegment([0, 0], [10, 0], [4, 3])).toEqual([4, 0]);
  expect(nearestOnSegment([0, 0], [10, 0], [14, 3])).toEqual([10, 0]);
  expect(nearestOnSegment([2, 2], [2, 2], [4, 3])).toEqual([2, 2]);
});
