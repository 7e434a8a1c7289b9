import { describe, expect, it } from "vitest";
import { placeOf, tablesOf } from "./heat";

describe("a score on the ramp", () => {
  it.each([
    [0, 0.3, 0],
    [0.15, 0.3, 0.25],
    [0.3, 0.3, 0.5],
    [0.65, 0.3, 0.75],
    [1, 0.3, 1],
    [1, 1, 1],
  ])("%d at threshold %d lies at %d", (score, threshold, place) => {
    expect(placeOf(score, threshold)).toBeCloseTo(place);
  });
});

describe("the tables of the filter", () => {
  it("go from clear violet to opaque yellow, and rise", () => {
    const { red, green, blue, alpha } = tablesOf(0.4);
    const numbers = alpha.split(" ").map(Number);
    expect([numbers[0], numbers.at(-1)]).toEqual([0, 1]);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect([red, green, blue].map((table) => table.split(" ").at(-1))).toEqual(["0.992", "0.906", "0.145"]);
  });
});
