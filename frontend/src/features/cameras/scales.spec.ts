import { describe, expect, it } from "vitest";
import type { DatasetScale } from "@/api/types";
import { scaleOf } from "./scales";

const scale = (camera: string | null, mm_per_pixel: number): DatasetScale => ({
  camera,
  mm_per_pixel,
  reason: "a ruler",
  version: 1,
  at: "2026-11-29T00:00:00Z",
  by: "hanako",
});

describe("the scale of a camera", () => {
  it("is its own, else that of the dataset", () => {
    const scales = [scale(null, 0.1), scale("1", 0.05)];
    expect([scaleOf(scales, "1"), scaleOf(scales, "2"), scaleOf(scales, null)]).toEqual([0.05, 0.1, 0.1]);
  });
  it("is unknown where nobody has set one", () => {
    expect(scaleOf([scale("1", 0.05)], "2")).toBeUndefined();
    expect(scaleOf(undefined, "1")).toBeUndefined();
  });
});
