import { expect, it } from "vitest";
import { rateOf, type Sample, secondsLeft, withSample } from "./rate";

const SECOND = 1000;

it("tells rate and time left from the last seconds", () => {
  let samples: Sample[] = [];
  for (let second = 0; second <= 30; second++) {
    const bytes = second <= 15 ? 0 : (second - 15) * 100;
    samples = withSample(samples, { at: second * SECOND, bytes });
  }
  expect(rateOf(samples)).toBe(100);
  expect(secondsLeft(samples, 2000)).toBe(5);
});

it("tells nothing from one moment", () => {
  expect(rateOf([{ at: 0, bytes: 5 }])).toBeNull();
  expect(secondsLeft([], 100)).toBeNull();
});
