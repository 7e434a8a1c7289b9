// The images that wait for a judgement. Pure.
import type { Image } from "@/api/types";

/** The most images that are looked through: enough to claim, whatever the length of the list. */
const SEARCHED = 500;

/** Return the ids of the images from the place on that nobody has judged, in their order. */
export function unjudgedFrom(images: readonly Image[], at: number, shown: (image: Image) => Image): string[] {
  return images
    .slice(Math.max(0, at), Math.max(0, at) + SEARCHED)
    .filter((image) => shown(image).verdict === null && image.excluded === null)
    .map(({ image_id }) => image_id);
}
