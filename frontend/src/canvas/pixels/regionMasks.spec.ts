import { expect, it } from "vitest";
import { isInMask, maskArea, maskBounds } from "../geometry/masks";
import { type MapLevels, regionMasks } from "./regionMasks";

const SIZE = { width: 40, height: 30 };

/** A map whose places are given by rows of letters: `#` is NG, `+` nearly, `.` OK. */
function map(...rows: string[]): MapLevels {
  const levels = { "#": 255, "+": 120, ".": 0 } as Record<string, number>;
  return { width: rows[0]!.length, height: rows.length, levels: Uint8Array.from(rows.join(""), (one) => levels[one]!) };
}

it("makes a mask of each region, within its box and without the corners of the map's places", () => {
  const [mask] = regionMasks(map("....", ".##.", "...."), [[10, 10, 20, 10]], SIZE);
  expect(maskBounds(mask!)).toEqual([10, 10, 20, 10]);
  expect(maskArea(mask!)).toBeLessThan(200);
  expect(maskArea(mask!)).toBeGreaterThan(150);
});

it("leaves out another region that lies in the same box", () => {
  const boxes = [[0, 0, 30, 30], [20, 20, 10, 10]] as const; // prettier-ignore
  const [bow, dot] = regionMasks(map("###.", "#...", "#.#."), boxes, SIZE);
  expect(maskBounds(bow!)).toEqual([0, 0, 30, 30]);
  expect([isInMask(bow!, 25, 25), isInMask(dot!, 25, 25)]).toEqual([false, true]);
});

it("joins places that touch at a corner", () => {
  const [mask] = regionMasks(map("#...", ".#..", "...."), [[0, 0, 20, 20]], SIZE);
  expect(mask).not.toBeNull();
});

it("has none for a box that is no region of the map", () => {
  expect(regionMasks(map("....", ".++.", "...."), [[10, 10, 20, 10]], SIZE)).toEqual([null]);
});
