import { expect, it } from "vitest";
import { pixelsPerMillimetre } from "./sizes";

it.each([
  [0.05, 20],
  ["", undefined],
  [0, undefined],
  [-1, undefined],
  [1e-320, undefined],
] as const)("a pixel of %s mm has %s pixels in a millimetre", (length, pixels) => {
  expect(pixelsPerMillimetre(length)).toBe(pixels);
});
