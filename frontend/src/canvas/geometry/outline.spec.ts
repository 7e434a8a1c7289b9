import { describe, expect, it } from "vitest";
import { maskOfPixels } from "./masks";
import { outlineOf } from "./outline";
import { polygonArea } from "./shapes";
import { simplified } from "./simplify";
import type { Point } from "../types";

const maskOf = (...rows: string[]) =>
  maskOfPixels(
    { width: rows[0]!.length, height: rows.length },
    [...rows.join("")].map((pixel) => (pixel === "#" ? 1 : 0)),
  );

describe("the outline of a mask", () => {
  it("goes along the edges of its pixels, with corners only where it turns", () => {
    const [ring, ...others] = outlineOf(maskOf("....", ".##.", ".##.", "...."));
    expect(others).toEqual([]);
    expect(new Set(ring!.map(String))).toEqual(new Set(["1,1", "3,1", "3,3", "1,3"]));
    expect(ring).toHaveLength(4);
  });

  it.each([
    [
      ["###", "#.#", "###"],
      [9, 1],
    ],
    [
      ["##..", "...#"],
      [1, 2],
    ],
    [["#...#", "##.##", "#####"], [11]],
  ])("%# has a ring for each part and each hole", (rows, areas) => {
    const found = outlineOf(maskOf(...rows)).map(polygonArea);
    expect(found.sort()).toEqual([...areas].sort());
  });

  it("is closed where parts touch at a corner", () => {
    const rings = outlineOf(maskOf("#.", ".#"));
    expect(rings.map(polygonArea).reduce((sum, area) => sum + area)).toBe(2);
  });
});

it("keeps the form of a ring with fewer corners", () => {
  const steps: Point[] = Array.from({ length: 40 }, (_, at): Point => [Math.ceil(at / 2), Math.floor(at / 2)]);
  const ring = [...steps, [0, 20] as Point];
  const few = simplified(ring, 0.8);
  expect(few.length).toBeLessThan(6);
  expect(Math.abs(polygonArea(few) - polygonArea(ring))).toBeLessThan(20);
  expect(simplified([[0, 0], [1, 0], [1, 1]], 5)).toHaveLength(3); // prettier-ignore
});
