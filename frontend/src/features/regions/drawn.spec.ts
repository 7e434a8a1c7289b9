import { expect, it } from "vitest";
import type { Dataset } from "@/api/types";
import { cornersOf, isWhole, polygonsOf, standing, textOf, withCorner, withoutLast } from "./drawn";

const SIZE = { width: 200, height: 160 };
const REGION = {
  camera: null,
  width: 100,
  height: 80,
  include: [
    [
      [1, 2],
      [50, 2],
      [50, 70.25],
    ],
  ],
  ignore: [],
};
const regions = (...some: object[]) => some as unknown as Dataset["regions"];

it.each([
  [
    "1,2 3.5,4",
    [
      [1, 2],
      [3.5, 4],
    ],
  ],
  [
    "  1,2\n3,4 ",
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ["", []],
  ["1,2 3", undefined],
  ["1,2,3", undefined],
  ["a,b", undefined],
])("reads %j", (text, corners) => {
  expect(cornersOf(text)).toEqual(corners);
});

it("is whole from three corners on", () => {
  expect(isWhole({ kind: "include", text: "1,2 3,4" })).toBe(false);
  expect(isWhole({ kind: "include", text: "1,2 3,4 5,9" })).toBe(true);
  expect(isWhole({ kind: "ignore", text: "1,2 3,4 x" })).toBe(false);
});

it("adds a corner inside the picture, and takes the last one back", () => {
  expect(withCorner("1,2", [3.4, 170], SIZE)).toBe("1,2 3,160");
  expect(withCorner("", [-1, 0.6], SIZE)).toBe("0,1");
  expect(withoutLast("1,2 3,160 ")).toBe("1,2");
  expect(withoutLast("1,2")).toBe("");
});

it("shows the region of the camera, else that of the dataset, in pixels of this picture", () => {
  const own = {
    ...REGION,
    camera: "cam-2",
    include: [],
    ignore: [
      [
        [0, 0],
        [10, 0],
        [0, 10],
      ],
    ],
  };
  expect(standing(regions(REGION, own), "cam-2", SIZE)).toEqual([{ kind: "ignore", text: "0,0 20,0 0,20" }]);
  expect(standing(regions(REGION, own), "cam-9", SIZE)).toEqual([{ kind: "include", text: "2,4 100,4 100,140.5" }]);
  expect(standing(regions(), null, SIZE)).toEqual([{ kind: "include", text: "" }]);
});

it("gives back what was written", () => {
  const drawn = standing(regions(REGION), null, { width: 100, height: 80 });
  expect(polygonsOf(drawn, "include").map(textOf)).toEqual(drawn.map(({ text }) => text));
  expect(polygonsOf(drawn, "ignore")).toEqual([]);
});
