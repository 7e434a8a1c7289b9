// Finds the next unjudged image of the list, and loads more of the list where it is further on.
import { computed, type Ref, ref, watch } from "vue";
import type { Image } from "@/api/types";

/** The search ends here: the filter for unjudged images finds what is further on. */
const FARTHEST = 20_000;

export const isUnjudged = (image: Image): boolean => image.verdict === null && image.excluded === null && !image.erased;

/** Return the place of the first wanted image after `from`; -1 when there is none. */
export function firstAfter(images: readonly Image[], from: number, isWanted: (image: Image) => boolean): number {
  for (let at = from + 1; at < images.length; at += 1) if (isWanted(images[at]!)) return at;
  return -1;
}

interface List {
  items: Ref<Image[]>;
  loading: Ref<boolean>;
  complete: Ref<boolean>;
  /** The number of images of the filter before the first item. */
  before: Ref<number>;
  need(first: number, last: number): void;
}

/** `isWanted` says of an image whether it is to be judged; `found` receives its place, -1 when none is left. */
export function useUnjudged(list: List, isWanted: (image: Image) => boolean, found: (at: number) => void) {
  const from = ref<number | null>(null);

  function look(): void {
    if (from.value === null || list.loading.value) return;
    const images = list.items.value;
    const ahead = firstAfter(images, from.value, isWanted);
    if (ahead < 0 && !list.complete.value && images.length < FARTHEST) {
      const end = list.before.value + images.length;
      list.need(end, end);
      return;
    }
    from.value = null;
    found(ahead >= 0 ? ahead : firstAfter(images, -1, isWanted));
  }
  watch([list.items, list.loading], look);

  /** Find the first unjudged image after this place, else before it. */
  function seek(after: number): void {
    from.value = after;
    look();
  }
  return { seek, stop: () => (from.value = null), isSeeking: computed(() => from.value !== null) };
}
