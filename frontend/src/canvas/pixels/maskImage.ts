// Reads the mask of a stored picture.
import { maskOfPixels } from "../geometry/masks";
import type { Mask, Size } from "../types";

/** Return the mask of a picture, stretched to a size: where it is not black there is the defect. */
export function maskOfImage(image: ImageBitmap, size: Size): Mask {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, size.width, size.height);
  const { data } = context.getImageData(0, 0, size.width, size.height);
  return maskOfPixels(size, reds(data));
}

const reds = (data: Uint8ClampedArray): Uint8Array => {
  const red = new Uint8Array(data.length / 4);
  for (let at = 0; at < red.length; at++) red[at] = data[4 * at]! & data[4 * at + 3]!;
  return red;
};
