import { expect, it } from "vitest";
import type { Dataset } from "@/api/types";
import { expected, total } from "./counts";

const dataset = {
  counts: { train: { OK: 3, NG: 1, HOLD: 0, unlabelled: 6 }, test: { OK: 2, NG: 2, HOLD: 1, unlabelled: 0 } },
} as unknown as Dataset;

it("sums over the splits", () => expect(total(dataset)).toEqual({ OK: 5, NG: 3, HOLD: 1, unlabelled: 6 }));

it("foresees how many images verdict and split leave", () => {
  expect(expected(dataset, { order: "newest" })).toBe(15);
  expect(expected(dataset, { verdict: "OK", split: "test" })).toBe(2);
});

it("does not guess about other facets", () => expect(expected(dataset, { line: "1" })).toBeNull());
