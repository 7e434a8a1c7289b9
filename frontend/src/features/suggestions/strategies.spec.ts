import { expect, it } from "vitest";
import { percentsOf, sharesOf, sumOf } from "./strategies";

const mix = { shares: { uncertain: 0.29, diverse: 0.71 }, reason: "" };

it("a mix comes back as it was sent", () => {
  expect(percentsOf(mix)).toMatchObject({ uncertain: 29, diverse: 71, anomaly: "" });
  expect(sharesOf(percentsOf(mix))).toEqual(mix.shares);
});

it("no shares stand for the default", () => {
  expect(sharesOf(percentsOf(null))).toEqual({});
});

it("shares that do not sum to 100 % are not sent", () => {
  const percents = { ...percentsOf(mix), anomaly: 5 };
  expect(sumOf(percents)).toBe(105);
  expect(sharesOf(percents)).toBeNull();
});
