import { describe, expect, it } from "vitest";
import type { Defect, DefectClass } from "@/api/types";
import { type DrawnImage, masks, outlines } from "./shapes";

const classes = [
  { class_id: "crack", colour: "#e69f00" },
  { class_id: "dent", colour: "" },
] as DefectClass[];
const image = {
  width: 8,
  height: 8,
  defects: [
    { class_id: "crack", box: [0, 0, 2, 2] },
    { class_id: "dent", mask: "a" },
    { class_id: "crack", mask: "b" },
    { class_id: "unknown", polygon: [[0, 0]] },
    { class_id: "crack" },
  ] as Defect[],
  annotation: { mask_urls: ["/a", "/b"] },
} as DrawnImage;

describe("the shapes of an annotation", () => {
  it("are outlined in the colours of their classes, and in that of NG without one", () => {
    expect(outlines(image, classes).map(({ colour }) => colour)).toEqual(["#e69f00", "var(--ng)"]);
  });

  it("have one mask per address, in the colour of its own class", () => {
    expect(masks(image, classes).map(({ url, colour }) => [url, colour])).toEqual([
      ["/a", "var(--ng)"],
      ["/b", "#e69f00"],
    ]);
    expect(masks({ ...image, annotation: null }, classes)).toEqual([]);
  });
});
