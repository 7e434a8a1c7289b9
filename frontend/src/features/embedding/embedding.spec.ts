import { describe, expect, it } from "vitest";
import type { Embedding } from "@/api/types";
import { amongOf, isInside, legend, mapped, MOST_OPENED, outlineOf } from "./embedding";

const MAP: Embedding = {
  dataset_id: "d",
  run_id: "r",
  images: 9,
  by: "verdict",
  image_ids: ["a", "b", "c"].map((letter) => letter.repeat(64)),
  x: [-1, 0, 3],
  y: [0, 2, 4],
  values: ["OK", "NG", "OK"],
};

describe("the embedding map", () => {
  it("fills its square, the highest place on top", () => {
    expect(mapped(MAP).map(({ at }) => at)).toEqual([
      [2, 98],
      [26, 50],
      [98, 2],
    ]);
  });
  it("counts the images of each value, the commonest first", () => {
    const found = legend(mapped(MAP), "verdict");
    expect(found.map(({ value, images }) => [value, images])).toEqual([
      ["OK", 2],
      ["NG", 1],
    ]);
    expect(new Set(found.map(({ colour }) => colour)).size).toBe(2);
  });
  it("gives many values the last colour", () => {
    const points = Array.from({ length: 12 }, (_, n) => ({ image_id: "a", at: [0, 0] as const, value: `L${n}` }));
    expect(legend(points, "lot").at(-1)!.colour).toBe(legend(points, "lot").at(-2)!.colour);
  });
  it("selects what lies inside an outline or a rectangle", () => {
    const [first, second, third] = mapped(MAP);
    const triangle = [
      [0, 100],
      [0, 40],
      [60, 100],
    ] as const;
    expect([first, second, third].map((one) => isInside(triangle, one!.at))).toEqual([true, false, false]);
    const rectangle = outlineOf({ left: 20, top: 0, right: 100, bottom: 60 });
    expect([first, second, third].map((one) => isInside(rectangle, one!.at))).toEqual([false, true, true]);
  });
  it("opens as many images as an address can name", () => {
    expect(amongOf(mapped(MAP))).toBe("aaaaaaaaaaaa,bbbbbbbbbbbb,cccccccccccc");
    const many = Array.from({ length: 400 }, () => mapped(MAP)[0]!);
    expect(amongOf(many).split(",")).toHaveLength(MOST_OPENED);
  });
});
