import { expect, it } from "vitest";
import type { CurvePoint } from "@/api/types";
import { lineOf, placeOn, valueAt } from "./chart";

const X = { low: 0.2, high: 0.6, size: 100 };
const RATE = { low: 1, high: 0, size: 50 };

it("a line goes through its points, rates upwards", () => {
  const points = [
    { threshold: 0.2, escape_rate: 0 },
    { threshold: 0.4, escape_rate: 0.5 },
    { threshold: 0.6, escape_rate: 1 },
  ] as CurvePoint[];
  expect(lineOf(points, "escape_rate", X, RATE)).toBe("M0.0 50.0L50.0 25.0L100.0 0.0");
});

it("a measure that is not known has no line", () => {
  expect(lineOf([{ threshold: 0.2, escape_rate: null } as CurvePoint], "escape_rate", X, RATE)).toBe("");
});

it("a place on the axis and its value belong together, within the ends", () => {
  expect(valueAt(X, placeOn(X, 0.3))).toBeCloseTo(0.3);
  expect([valueAt(X, -5), valueAt(X, 500)]).toEqual([0.2, 0.6]);
  expect(placeOn({ low: 1, high: 1, size: 10 }, 1)).toBe(5);
});
