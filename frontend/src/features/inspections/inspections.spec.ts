import { expect, it } from "vitest";
import type { Prediction } from "@/api/types";
import { chosen, csvOf, type Shown } from "./inspections";

const scored = (image_id: string, score: number, unfamiliar: number | null): Prediction => ({
  image_id,
  score,
  unfamiliar,
  split: null,
  truth: null,
  thumbnail_url: null,
  width: 40,
  height: 30,
  regions: [],
  classes: [],
});
const SCORES = [scored("a", 0.5, 1), scored("b", 0.4, 0.9), scored("c", 0.1, null)];
const BY = { threshold: 0.5, grey_from: 0.4 };

it("without a grey zone an image is OK or NG", () => {
  expect(chosen(SCORES, "ok", { threshold: 0.5, grey_from: null })).toHaveLength(2);
});

it.each<[Shown, string]>([
  ["all", "abc"],
  ["ng", "a"],
  ["grey", "b"],
  ["ok", "c"],
  ["unfamiliar", "a"],
])("%s lists the images %s", (shown, images) => {
  expect(
    chosen(SCORES, shown, BY)
      .map(({ image_id }) => image_id)
      .join(""),
  ).toBe(images);
});

it("the table has a row for each image, judged by the threshold that stood", () => {
  expect(csvOf([SCORES[0]!, SCORES[1]!, { ...SCORES[2]!, truth: "OK" }], BY)).toBe(
    "\ufeffimage,verdict,score,unfamiliar,truth\r\na,NG,0.5,1,\r\nb,GREY,0.4,0.9,\r\nc,OK,0.1,,OK\r\n",
  );
});
