import { describe, expect, it } from "vitest";
import { lineBetween, shownThrough } from "./windows";

const digest = "a".repeat(64);

describe("the window of a shown picture", () => {
  it("stands in its address", () => {
    const address = `/objects/renditions/${digest}.w112.0_3890.5.png?signature=x`;
    expect(shownThrough(address)).toEqual({ low: 112, high: 3890.5 });
    expect(shownThrough(`/objects/renditions/${digest}.w-1.5_1e-05.png`)).toEqual({ low: -1.5, high: 1e-5 });
  });
  it("is none where the picture is shown as stored or by its own percentiles", () => {
    for (const address of [`/objects/images/${digest}`, `/objects/renditions/${digest}.png`, null, undefined])
      expect(shownThrough(address)).toBeNull();
  });
});

it("maps the levels of one window to those of another", () => {
  const { slope, intercept } = lineBetween({ low: 100, high: 300 }, { low: 150, high: 250 });
  expect([0.25, 0.5, 0.75].map((level) => slope * level + intercept)).toEqual([0, 0.5, 1]);
});
