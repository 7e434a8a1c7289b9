import { describe, expect, it } from "vitest";
import type { Mask } from "../types";
import {
  emptyMask,
  isInMask,
  maskArea,
  maskBounds,
  maskOfPixels,
  maskOfRows,
  rowsOf,
  shiftedMask,
  subtracted,
  united,
} from "./masks";

const SIZE = { width: 13, height: 9 };

/** A mask of pixels that are drawn at random, the same for the same seed. */
function drawn(seed: number): { mask: Mask; pixels: number[] } {
  let state = seed;
  const pixels = Array.from({ length: SIZE.width * SIZE.height }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % 7 < 3 ? 1 : 0;
  });
  return { mask: maskOfPixels(SIZE, pixels), pixels };
}

const pixelsOf = (mask: Mask) =>
  Array.from({ length: 13 * 9 }, (_, at) => Number(isInMask(mask, (at % 13) + 0.5, Math.floor(at / 13) + 0.5)));

describe("a mask of runs", () => {
  it.each([1, 2, 3, 4, 5])("is the set of its pixels (seed %i)", (seed) => {
    const [one, other] = [drawn(seed), drawn(seed + 100)];
    expect(pixelsOf(one.mask)).toEqual(one.pixels);
    expect(pixelsOf(united(one.mask, other.mask))).toEqual(one.pixels.map((is, at) => is | other.pixels[at]!));
    expect(pixelsOf(subtracted(one.mask, other.mask))).toEqual(one.pixels.map((is, at) => is & ~other.pixels[at]!));
    expect(maskArea(one.mask)).toBe(one.pixels.filter(Boolean).length);
    expect(maskOfRows(SIZE, rowsOf(one.mask).reverse())).toEqual(one.mask);
  });

  it("joins runs that touch, also over the end of a row", () => {
    const rows = [
      { y: 0, from: 5, to: 13 },
      { y: 1, from: 0, to: 2 },
      { y: 1, from: 2, to: 4 },
    ];
    expect([...maskOfRows(SIZE, rows).runs]).toEqual([5, 17]);
    expect(rowsOf(maskOfRows(SIZE, rows))).toEqual([
      { y: 0, from: 5, to: 13 },
      { y: 1, from: 0, to: 4 },
    ]);
  });

  it("is clipped to the picture", () => {
    const mask = maskOfRows(SIZE, [
      { y: -1, from: 0, to: 5 },
      { y: 3, from: -4, to: 2 },
      { y: 8, from: 11, to: 99 },
      { y: 9, from: 0, to: 5 },
    ]);
    expect(rowsOf(mask)).toEqual([
      { y: 3, from: 0, to: 2 },
      { y: 8, from: 11, to: 13 },
    ]);
    expect(maskBounds(mask)).toEqual([0, 3, 13, 6]);
    expect(isInMask(mask, -0.5, 3)).toBe(false);
    expect(rowsOf(shiftedMask(mask, 1, -3))).toEqual([
      { y: 0, from: 1, to: 3 },
      { y: 5, from: 12, to: 13 },
    ]);
  });

  it("has no bounds without pixels", () => expect(maskBounds(emptyMask(SIZE))).toEqual([0, 0, 0, 0]));
});
