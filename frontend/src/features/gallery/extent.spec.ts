import { expect, it } from "vitest";
import { extent } from "./extent";

it("the grid is as long as what is counted, and never shorter than what is loaded", () => {
  expect(extent(200, false, 5000)).toEqual({ total: 5000, exact: true });
  expect(extent(200, false, 10)).toEqual({ total: 200, exact: true });
  expect(extent(200, true, 5000)).toEqual({ total: 200, exact: true });
  expect(extent(200, false, null)).toEqual({ total: 300, exact: false });
});
