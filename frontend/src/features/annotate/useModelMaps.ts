// The maps of the image: that of the newest run, or the run of the URL, and that of the run before it.
import { computed, type Ref, ref } from "vue";
import { useRoute } from "vue-router";
import type { Prediction, Run } from "@/api/types";
import type { Heatmap } from "@/canvas";
import { colourAt } from "@/features/maps/heat";
import { isMapShown, strength } from "@/features/maps/mapView";
import { useImageMap, useMapRuns } from "@/features/maps/queries";

const thresholdOf = (run: Run | undefined) => run?.evaluation?.threshold ?? 0.5;

function heatmapOf(run: Run | undefined, prediction: Prediction | null | undefined): Heatmap | null {
  if (!prediction?.heatmap) return null;
  const colourOf = (level: number) => colourAt(level, thresholdOf(run));
  return { url: `data:image/png;base64,${prediction.heatmap}`, strength: strength.value, colourOf };
}

export function useModelMaps(dataset_id: Ref<string>, image_id: Ref<string>, as_of: Ref<string | undefined>) {
  const route = useRoute();
  const isPreviousShown = ref(false);
  /** A past version shows what stood then, and a map of today did not. */
  const runs = useMapRuns(dataset_id);
  const shown = computed(() => (as_of.value ? [] : runs.value));
  const at = computed(() =>
    Math.max(
      0,
      shown.value.findIndex((run) => run.run_id === route.query["run"]),
    ),
  );
  const run = computed<Run | undefined>(() => shown.value[at.value]);
  const previous = computed<Run | undefined>(() => shown.value[at.value + 1]);
  const { data: prediction } = useImageMap(run, image_id, true);
  const { data: earlier } = useImageMap(previous, image_id, isPreviousShown);

  const heatmap = computed(() => {
    if (isPreviousShown.value) return heatmapOf(previous.value, earlier.value);
    return isMapShown.value ? heatmapOf(run.value, prediction.value) : null;
  });
  return { run, previous, prediction, threshold: computed(() => thresholdOf(run.value)), heatmap, isPreviousShown };
}
