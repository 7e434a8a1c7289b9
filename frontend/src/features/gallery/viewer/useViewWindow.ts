// The window that a person looks through: on the values of deep grey, on the shown levels of other pictures.
import { computed, type Ref, ref, shallowRef, watch } from "vue";
import type { Image } from "@/api/types";
import { type DeepPicture, loadRange, type ValueRange } from "@/canvas";
import { filterOf, LEVELS, type Reach, type ViewWindow, WHOLE } from "./viewWindow";

export function useViewWindow(image: Ref<Partial<Pick<Image, "deep_grey">> | undefined>) {
  const isOpen = ref(false);
  const levels = ref(WHOLE);
  /** The window on deep grey that was asked for; undefined: that of the camera. */
  const asked = ref<ViewWindow>();
  const range = shallowRef<ValueRange | null>(null);
  const url = computed(() => (isOpen.value || asked.value ? image.value?.deep_grey?.values_url : undefined));
  watch(
    url,
    async (asked_url) => {
      range.value = null;
      const read = asked_url ? await loadRange(asked_url).catch(() => null) : null;
      if (asked_url === url.value) range.value = read;
    },
    { immediate: true },
  );

  const start = computed<ViewWindow>(() => {
    if (!range.value) return WHOLE;
    const { low, high } = image.value?.deep_grey ?? {};
    return { black: low ?? range.value.own.low, white: high ?? range.value.own.high };
  });
  const reach = computed<Reach>(() => {
    if (!range.value) return LEVELS;
    const { least, most, step } = range.value;
    return { least: Math.min(least, start.value.black), most: Math.max(most, start.value.white), step };
  });
  const window = computed<ViewWindow>({
    get: () => (range.value ? (asked.value ?? start.value) : levels.value),
    set: (given) => {
      if (range.value) asked.value = given;
      else levels.value = given;
    },
  });
  const deep = computed<DeepPicture | null>(() => {
    const { black: low, white: high } = window.value;
    return range.value && url.value && low < high ? { url: url.value, low, high } : null;
  });

  return {
    isOpen,
    window,
    reach,
    deep,
    filter: computed(() => (range.value ? "none" : filterOf(levels.value))),
    flip: () => (isOpen.value = !isOpen.value),
    reset: () => {
      asked.value = undefined;
      levels.value = WHOLE;
    },
  };
}
