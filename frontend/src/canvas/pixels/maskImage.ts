// Reads the mask of a picture of any kind, and the levels of a map.
import { maskOfPixels } from "../geometry/masks";
import type { Mask, Size } from "../types";
import type { MapLevels } from "./regionMasks";

/** Return the mask of a picture, stretched to a size: where it is not black there is the defect. */
export function maskOfImage(image: ImageBitmap, size: Size): Mask {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, size.width, size.height);
  const { data } = context.getImageData(0, 0, size.width, size.height);
  return maskOfPixels(size, reds(data));
}

/** Return the levels of a map, in its own size. */
export function levelsOfImage(image: ImageBitmap): MapLevels {
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  return { width, height, levels: reds(context.getImageData(0, 0, width, height).data) };
}

const reds = (data: Uint8ClampedArray): Uint8Array => {
  const red = new Uint8Array(data.length / 4);
  for (let at = 0; at < red.length; at++) red[at] = data[4 * at]! & data[4 * at + 3]!;
  return red;
};
