// The map of the image in the viewer, by the run of the URL or the newest one that makes maps.
import { computed, type MaybeRefOrGetter, ref, toValue, watch } from "vue";
import { useRoute } from "vue-router";
import { isMapShown } from "@/features/maps/mapView";
import { useImageMap, useMapRun } from "@/features/maps/queries";
import { useGallery } from "../context";

export function useViewedMap(image_id: MaybeRefOrGetter<string>) {
  const { dataset_id, as_of } = useGallery();
  const route = useRoute();
  const asked = () => (typeof route.query["run"] === "string" ? route.query["run"] : null);
  const newest = useMapRun(dataset_id, asked);
  /** A past version shows what stood then, and a map of today did not. */
  const run = computed(() => (as_of.value ? undefined : newest.value));
  const { data } = useImageMap(run, image_id, isMapShown);
  const picked = ref<number | null>(null);
  watch(
    () => toValue(image_id),
    () => (picked.value = null),
  );
  return {
    run,
    picked,
    threshold: computed(() => run.value?.evaluation?.threshold ?? 0.5),
    /** Undefined while it loads, null where the run did not see the image. */
    prediction: data,
  };
}
