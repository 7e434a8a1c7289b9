import { expect, it } from "vitest";
import type { Box } from "../types";
import { SpatialGrid } from "./grid";

it("finds the boxes that meet a box, also beyond the border", () => {
  const grid = new SpatialGrid({ width: 1000, height: 500 });
  const boxes: Record<string, Box> = {
    a: [0, 0, 10, 10],
    b: [15, 15, 5, 5],
    c: [0, 0, 1000, 500],
    d: [990, 490, 50, 50],
  };
  for (const [id, box] of Object.entries(boxes)) grid.add(id, box);
  expect(grid.meeting([12, 12, 4, 4]).sort()).toEqual(["b", "c"]);
  expect(grid.meeting([-50, -50, 55, 55]).sort()).toEqual(["a", "c"]);
  expect(grid.meeting([1020, 510, 5, 5])).toEqual(["d"]);
  grid.add("b", [500, 250, 5, 5]);
  grid.remove("c");
  grid.remove("nobody");
  expect(grid.meeting([12, 12, 4, 4])).toEqual([]);
  expect(grid.meeting([500, 250, 1, 1])).toEqual(["b"]);
});
