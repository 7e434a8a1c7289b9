import { expect, it } from "vitest";
import type { Dataset, FacetValues } from "@/api/types";
import { countedBy, optionsOf, withChosen } from "./facets";

const dataset = {
  counts: { train: { OK: 3, NG: 1, HOLD: 0, unlabelled: 6 }, test: { OK: 2, NG: 2, HOLD: 1, unlabelled: 0 } },
} as unknown as Dataset;
const lots: FacetValues[] = [{ facet: "lot", values: [{ value: "A7", images: 12 }], more: false }];

it("every value of verdict, split and the server's facets has its number", () => {
  const options = optionsOf(dataset, lots, false);
  expect(options.verdict).toContainEqual({ value: "unlabelled", images: 6 });
  expect(options.split).toContainEqual({ value: "test", images: 5 });
  expect(options.lot).toEqual([{ value: "A7", images: 12 }]);
});

it("days follow each other from the newest on, whatever their numbers", () => {
  const values = ["2026-11-27", "2026-11-30", "2026-11-28"].map((value, at) => ({ value, images: 9 - at }));
  const { day } = optionsOf(dataset, [{ facet: "day", values, more: false }], false);
  expect(day?.map(({ value }) => value)).toEqual(["2026-11-30", "2026-11-28", "2026-11-27"]);
});

it("numbers of now are not shown beside images of the past", () => {
  const options = optionsOf(dataset, lots, true);
  expect(options.lot).toEqual([{ value: "A7", images: null }]);
  expect(options.verdict?.every(({ images }) => images === null)).toBe(true);
});

it("a chosen value stays on offer", () => {
  expect(withChosen([], "B1")).toEqual([{ value: "B1", images: null }]);
  expect(withChosen([{ value: "B1", images: 2 }], "B1")).toHaveLength(1);
});

it("knows how many images one facet leaves, and does not guess about several", () => {
  const options = optionsOf(dataset, lots, false);
  expect(countedBy(options, { order: "newest", lot: "A7" })).toBe(12);
  expect(countedBy(options, { order: "newest", lot: "A7", verdict: "OK" })).toBeNull();
  expect(countedBy(options, { order: "newest", lot: "A7", as_of: "3" })).toBeNull();
  expect(countedBy(options, { order: "newest" })).toBeNull();
});
