// What the annotate screen shows of an image: the picture or a limit sample, marks, maps, and levels of grey.
import { computed, reactive, type Ref, ref } from "vue";
import type { Image } from "@/api/types";
import { pictureOf, referenceOf } from "@/features/gallery/viewer/drawable";
import { useViewWindow } from "@/features/gallery/viewer/useViewWindow";
import { isMapShown, isPreviousMapShown } from "@/features/maps/mapView";
import type { useStandardPanel } from "@/features/standard/useStandardPanel";

type Standard = Pick<ReturnType<typeof useStandardPanel>, "over" | "sample">;

export function useView(image: Ref<Image | undefined>, { over, sample }: Standard) {
  const areMarksShown = ref(true);
  /** CSS pixels per picture pixel. */
  const scale = ref(1);
  const picture = computed(() => image.value && pictureOf(image.value));
  const levels = useViewWindow(image);
  const reference = computed(() =>
    referenceOf(over.value ? sample.value : undefined, picture.value, levels.deep.value),
  );

  return {
    areMarksShown,
    levels: reactive(levels),
    scale,
    picture,
    reference,
    flipMarks: () => (areMarksShown.value = !areMarksShown.value),
    flipMap: () => (isMapShown.value = !isMapShown.value),
    flipPreviousMap: () => (isPreviousMapShown.value = !isPreviousMapShown.value),
  };
}
