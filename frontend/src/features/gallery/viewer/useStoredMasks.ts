// The stored masks of an image, decoded for the canvas, by digest. Each is loaded once.
import { type Ref, shallowRef, watch } from "vue";
import { loadMask, type Mask } from "@/canvas";
import { maskAddresses } from "./drawable";
import type { DrawnImage } from "./shapes";

type Masks = ReadonlyMap<string, Mask>;
type Masked = DrawnImage & { image_id: string };
const NONE: Masks = new Map();

/** Load those that can be loaded: a mask whose bytes are gone is not drawn, and stays in the judgement. */
async function loaded(
  { width, height }: Masked,
  wanted: readonly (readonly [string, string])[],
): Promise<[string, Mask][]> {
  const found = await Promise.all(
    wanted.map(async ([digest, url]) => [digest, await loadMask(url, { width, height }).catch(() => null)] as const),
  );
  return found.flatMap(([digest, mask]) => (mask ? [[digest, mask]] : []));
}

/** `isLoading`: some are on their way. */
export function useStoredMasks(image: Ref<Masked | undefined>) {
  const masks = shallowRef<Masks>(NONE);
  const isLoading = shallowRef(false);
  let turn = 0;

  async function follow(now: Masked | undefined, before: Masked | undefined): Promise<void> {
    if (now?.image_id !== before?.image_id) masks.value = NONE;
    const wanted = now ? [...maskAddresses(now)].filter(([digest]) => !masks.value.has(digest)) : [];
    if (!now || !wanted.length) return;
    const mine = (turn += 1);
    isLoading.value = true;
    const more = await loaded(now, wanted);
    if (image.value?.image_id === now.image_id) masks.value = new Map([...masks.value, ...more]);
    if (mine === turn) isLoading.value = false;
  }

  watch(image, follow, { immediate: true });
  return { masks, isLoading };
}
