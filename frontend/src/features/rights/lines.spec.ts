import { expect, it } from "vitest";
import { linesIn } from "./lines";

it("lines are parted by commas of either script, or blanks, and named once", () => {
  expect(linesIn("machine", "L1, L2、L3 L1")).toEqual(["L1", "L2", "L3"]);
});

it("nobody but a machine has lines", () => {
  expect(linesIn("inspector", "L1")).toEqual([]);
});
