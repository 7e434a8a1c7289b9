import { describe, expect, it } from "vitest";
import { maskBounds, maskArea } from "../geometry/masks";
import { growByColour, growToEdges, type Pixels, regionAt, steadiest } from "./grow";
import { growArea, regionMask } from "./region";

/** A grey picture with a disc of another grey, a little noise, and a softer spot in the disc. */
function disc(noise = 0): Pixels {
  const [width, height] = [80, 60];
  const data = new Uint8Array(width * height * 4);
  for (let at = 0; at < width * height; at++) {
    const far = Math.hypot((at % width) - 40, Math.floor(at / width) - 30);
    const level = far < 15 ? 70 : 150;
    data.fill(level + ((at * 7919) % 13) * noise, 4 * at, 4 * at + 3);
    data[4 * at + 3] = 255;
  }
  return { width, height, data };
}

const count = (region: Uint8Array) => region.reduce((sum, one) => sum + one, 0);
const DISC = Math.PI * 15 ** 2;

describe("a region grows", () => {
  it("over similar colour, and with the tolerance over all", () => {
    const levels = growByColour(disc(), 40, 30);
    expect(Math.abs(count(regionAt(levels, 10)) - DISC)).toBeLessThan(30);
    expect(count(regionAt(levels, 100))).toBe(80 * 60);
  });

  it.each([0, 0.5, 1])("up to edges, at the tolerance where it is steadiest (noise %d)", (noise) => {
    const levels = growToEdges(disc(noise), 38, 31);
    const area = count(regionAt(levels, steadiest(levels)));
    expect(Math.abs(area - DISC) / DISC).toBeLessThan(0.2);
  });

  it("never smaller with a larger tolerance", () => {
    const levels = growToEdges(disc(1), 38, 31);
    const areas = Array.from({ length: 60 }, (_, at) => count(regionAt(levels, at * 4)));
    expect(areas).toEqual([...areas].sort((a, b) => a - b));
  });

  it("around holes, which it fills", () => {
    const pixels = disc();
    const data = Uint8Array.from(pixels.data);
    data.fill(255, 4 * (30 * 80 + 40), 4 * (30 * 80 + 42));
    const levels = growByColour({ ...pixels, data }, 33, 30);
    expect(regionAt(levels, 10)[30 * 80 + 40]).toBe(1);
  });
});

describe("the area in which a region grows", () => {
  const size = { width: 4096, height: 3072 };

  it.each([
    [[-100, -50, 5000, 4000], { left: 0, top: 0, step: 6, width: 683, height: 512 }],
    [[100.5, 200.5, 300, 200], { left: 100, top: 200, step: 1, width: 301, height: 201 }],
  ] as const)("%# is the part in sight, coarser where it is large", (sight, area) => {
    expect(growArea([...sight], size)).toEqual(area);
  });

  it("gives the mask in pixels of the picture", () => {
    const area = { left: 100, top: 200, width: 80, height: 60, step: 3 };
    const mask = regionMask(growByColour(disc(), 40, 30), 10, area, size);
    const [x, y, width, height] = maskBounds(mask);
    expect([x, y].map((value, at) => value - [100 + 26 * 3, 200 + 16 * 3][at]!)).toEqual([0, 0]);
    expect([width, height]).toEqual([87, 87]);
    expect(maskArea(mask) % 9).toBe(0);
  });
});
