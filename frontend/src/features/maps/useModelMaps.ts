// The maps of the image: that of the newest run, or the run of the URL, and that of the run before it.
import { computed, type Ref } from "vue";
import { useRoute } from "vue-router";
import type { Prediction, Run } from "@/api/types";
import type { Heatmap } from "@/canvas";
import { colourAt } from "./heat";
import { isMapShown, isPreviousMapShown, strength } from "./mapView";
import { useImageMap, useMapRuns } from "./queries";

export const thresholdOf = (run: Run | undefined) => run?.evaluation?.threshold ?? 0.5;

function heatmapOf(run: Run | undefined, prediction: Prediction | null | undefined): Heatmap | null {
  if (!prediction?.heatmap) return null;
  const colourOf = (level: number) => colourAt(level, thresholdOf(run));
  return { url: `data:image/png;base64,${prediction.heatmap}`, strength: strength.value, colourOf };
}

interface Of {
  dataset_id: Ref<string>;
  image_id: Ref<string>;
  as_of: Ref<string | undefined>;
  /** Return true where the prediction is needed. */
  asked(): boolean;
}

export function useModelMaps({ dataset_id, image_id, as_of, asked }: Of) {
  const route = useRoute();
  /** A past version shows what stood then, and a map of today did not. */
  const runs = useMapRuns(dataset_id);
  const known = computed(() => (as_of.value ? [] : runs.value));
  const at = computed(() =>
    Math.max(
      0,
      known.value.findIndex((run) => run.run_id === route.query["run"]),
    ),
  );
  const run = computed<Run | undefined>(() => known.value[at.value]);
  const previous = computed<Run | undefined>(() => known.value[at.value + 1]);
  const { data: prediction } = useImageMap(run, image_id, asked);
  const { data: earlier } = useImageMap(previous, image_id, isPreviousMapShown);

  /** The run and the prediction whose map is on screen; null without one. */
  const shown = computed(() => {
    if (isPreviousMapShown.value && previous.value) return { run: previous.value, prediction: earlier.value };
    return isMapShown.value && run.value ? { run: run.value, prediction: prediction.value } : null;
  });
  const heatmap = computed(() => shown.value && heatmapOf(shown.value.run, shown.value.prediction));
  return { run, previous, prediction, shown, heatmap };
}
