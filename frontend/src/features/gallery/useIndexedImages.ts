// Images in order, with an index by id.
import { shallowRef } from "vue";
import type { Image } from "@/api/types";

export function useIndexedImages() {
  const items = shallowRef<Image[]>([]);
  let index = new Map<string, number>();

  function put(images: Image[]): void {
    index = new Map(images.map((image, at) => [image.image_id, at]));
    items.value = images;
  }

  const unknown = (images: Image[]) => images.filter(({ image_id }) => !index.has(image_id));
  const add = (images: Image[]) => put([...items.value, ...unknown(images)]);

  /** Return the number of images that were put before the others. */
  function addBefore(images: Image[]): number {
    const added = unknown(images);
    put([...added, ...items.value]);
    return added.length;
  }

  function patch(image_ids: readonly string[], change: (image: Image) => Image): void {
    const images = items.value.slice();
    for (const id of image_ids) {
      const at = index.get(id);
      if (at !== undefined) images[at] = change(images[at]!);
    }
    items.value = images;
  }

  const at = (image_id: string) => index.get(image_id) ?? -1;
  return { items, at, put, add, addBefore, patch };
}
