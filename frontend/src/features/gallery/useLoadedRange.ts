// The images that are loaded of a long list: from its start, from a place in it, or up to its end, and more on both sides.
import { ref, shallowRef } from "vue";
import type { Image } from "@/api/types";
import type { Filter, Order } from "./filter";
import { countedOrder, opposite } from "./loadedRange";
import { following, type Place } from "./pages";
import { useIndexedImages } from "./useIndexedImages";

/** A move of the images: by a number of places, or to one of them. */
export type Move = { by: number } | { to: number };
export interface ImagePage {
  items: Image[];
  next_cursor?: string | null;
  back_cursor?: string | null;
}

const placeAt = (order: Order, cursor: string | null | undefined): Place | null => (cursor ? { order, cursor } : null);

export function useLoadedRange(filter: () => Filter) {
  const images = useIndexedImages();
  const next = shallowRef<Place | null>(null);
  const previous = shallowRef<Place | null>(null);
  /** The number of images before the loaded ones. */
  const before = ref(0);
  const moved = shallowRef<Move | null>(null);

  function start(from: Place, page: ImagePage): void {
    images.put(page.items);
    before.value = 0;
    previous.value = null;
    next.value = following(from, page.next_cursor ?? null, filter());
  }

  function goOn(from: Place, page: ImagePage): void {
    images.add(page.items);
    next.value = following(from, page.next_cursor ?? null, filter());
  }

  function goBack({ order }: Place, page: ImagePage): void {
    const by = images.addBefore([...page.items].reverse());
    moved.value = { by };
    previous.value = placeAt(order, page.next_cursor);
    before.value = previous.value ? Math.max(0, before.value - by) : 0;
  }

  /** Begin after `skip` images. `focus`: the index to go to, among all. */
  function jump(skip: number, focus: number, page: ImagePage): void {
    const order = countedOrder(filter());
    images.put(page.items);
    before.value = skip;
    previous.value = skip ? placeAt(opposite(order), page.back_cursor) : null;
    next.value = placeAt(order, page.next_cursor);
    moved.value = { to: focus - skip };
  }

  /** Show the last images; the page has them in the opposite order. `all`: the number of all. */
  function end(all: number, page: ImagePage): void {
    images.put([...page.items].reverse());
    next.value = null;
    previous.value = placeAt(opposite(countedOrder(filter())), page.next_cursor);
    before.value = previous.value ? Math.max(1, all - page.items.length) : 0;
    moved.value = { to: page.items.length - 1 };
  }

  return { ...images, next, previous, before, moved, start, goOn, goBack, jump, end };
}
