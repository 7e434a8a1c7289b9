import { describe, expect, it } from "vitest";
import type { LimitSample } from "@/api/types";
import { referenceOf } from "./drawable";

const picture = { url: "image.png", width: 640, height: 480 };
const sample = { shown_url: "sample.png", width: 320, height: 240 } as LimitSample;
const deep_grey = { values_url: "sample.npy.gz", low: 0, high: 4095 };

describe("a limit sample in the place of an image", () => {
  it("is seen through the window that the image is seen through", () => {
    const through = { low: 405, high: 417, url: "image.npy.gz" };
    const { deep } = referenceOf({ ...sample, deep_grey }, picture, through)!;
    expect(deep).toEqual({ low: 405, high: 417, url: "sample.npy.gz" });
  });
  it("is shown as it came where one of both is no deep grey", () => {
    expect(referenceOf(sample, picture, { low: 405, high: 417 })).toEqual({
      ...picture,
      url: "sample.png",
      width: 320,
      height: 240,
      deep: null,
    });
    expect(referenceOf({ ...sample, deep_grey }, picture, null)?.deep).toBeNull();
  });
  it("is none without a sample or without a picture", () => {
    expect(referenceOf(undefined, picture, null)).toBeNull();
    expect(referenceOf(sample, undefined, null)).toBeNull();
  });
});
