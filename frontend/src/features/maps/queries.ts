// Queries of maps: those of a run's split, of the labels it doubts, and of one image.
import { useQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { api, bodyOf } from "@/api/client";
import type { Prediction, Run } from "@/api/types";
import { useRunsOf } from "@/features/runs/queries";
import { hasMaps } from "@/features/runs/recipe";

const MOST = 1000;
const MOST_DOUBTFUL = 200;

/** Load the predictions of a split with maps, page by page: maps are large. */
async function withMaps(run_id: string, split: Prediction["split"]): Promise<Map<string, Prediction>> {
  const found = new Map<string, Prediction>();
  let cursor: string | undefined;
  do {
    const query = { split: split as "test", maps: true, limit: MOST, cursor };
    const page = await bodyOf(api.GET("/v1/runs/{run_id}/predictions", { params: { path: { run_id }, query } }));
    for (const one of page.items) found.set(one.image_id, one);
    cursor = page.next_cursor ?? undefined;
  } while (cursor && found.size < MOST);
  return found;
}

/** The maps of the split that a run was evaluated on, by image; loaded when they are shown. */
export function useMaps(run: MaybeRefOrGetter<Run | undefined>, enabled: MaybeRefOrGetter<boolean>) {
  const key = computed(() => [toValue(run)?.run_id, toValue(run)?.evaluation?.split] as const);
  return useQuery({
    queryKey: ["maps", key],
    queryFn: () => withMaps(key.value[0]!, key.value[1]!),
    enabled: () => toValue(enabled) && Boolean(key.value[0] && key.value[1]),
    staleTime: Infinity,
  });
}

/** The labels that a run doubts most. */
export function useLabelReview(run: MaybeRefOrGetter<Run | undefined>) {
  const run_id = computed(() => toValue(run)?.run_id);
  return useQuery({
    queryKey: ["label-review", run_id, computed(() => toValue(run)?.predictions)],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/runs/{run_id}/label-review", {
          params: {
            path: { run_id: run_id.value! },
            query: { maps: hasMaps(toValue(run)!.recipe), limit: MOST_DOUBTFUL },
          },
        }),
      ),
    enabled: () => Boolean(toValue(run)?.predictions),
  });
}

/** The runs of a dataset with maps, newest first. */
export function useMapRuns(dataset_id: MaybeRefOrGetter<string>) {
  const { data } = useRunsOf(dataset_id);
  return computed(() => (data.value?.items ?? []).filter((run) => run.predictions && hasMaps(run.recipe)));
}

/** The run whose map of an image is shown: the one asked for, else the newest of the dataset with maps. */
export function useMapRun(dataset_id: MaybeRefOrGetter<string>, asked: MaybeRefOrGetter<string | null>) {
  const runs = useMapRuns(dataset_id);
  return computed(() => runs.value.find((run) => run.run_id === toValue(asked)) ?? runs.value[0]);
}

/** The prediction of one image with its map; null where the run did not see the image. */
export function useImageMap(
  run: MaybeRefOrGetter<Run | undefined>,
  image_id: MaybeRefOrGetter<string>,
  enabled: MaybeRefOrGetter<boolean>,
) {
  const key = computed(() => [toValue(run)?.run_id, toValue(image_id)] as const);
  return useQuery({
    queryKey: ["map", key],
    queryFn: async () => {
      const [run_id, id] = key.value;
      const query = { image_id: id, maps: true, limit: 1 };
      const path = { run_id: run_id! };
      const page = await bodyOf(api.GET("/v1/runs/{run_id}/predictions", { params: { path, query } }));
      return page.items[0] ?? null;
    },
    enabled: () => toValue(enabled) && key.value[0] !== undefined,
    staleTime: Infinity,
  });
}
