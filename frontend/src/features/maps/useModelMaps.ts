// The maps of an image: that of one run, and that of the run before it.
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
  /** The run whose map is shown, and the one before it. */
  runs: Ref<readonly Run[]>;
  image_id: Ref<string>;
  /** Return true where the prediction is needed. */
  asked(): boolean;
}

export type ModelMaps = ReturnType<typeof useMapsOf>;

/** The maps of an image by the first of these runs, and by the next of them. */
export function useMapsOf({ runs, image_id, asked }: Of) {
  const run = computed<Run | undefined>(() => runs.value[0]);
  const previous = computed<Run | undefined>(() => runs.value[1]);
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

interface OfDataset extends Omit<Of, "runs"> {
  dataset_id: Ref<string>;
  as_of: Ref<string | undefined>;
}

/** The maps of an image by the newest run of its dataset, or the run of the URL. */
export function useModelMaps({ dataset_id, as_of, ...of }: OfDataset) {
  const route = useRoute();
  const all = useMapRuns(dataset_id);
  /** A past version shows what stood then, and a map of today did not. */
  const runs = computed(() => {
    if (as_of.value) return [];
    const at = all.value.findIndex((run) => run.run_id === route.query["run"]);
    return all.value.slice(Math.max(0, at));
  });
  return useMapsOf({ runs, ...of });
}
