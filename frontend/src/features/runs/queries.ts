// Queries and commands of runs. A run that is not over is loaded every two seconds.
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { api, writeHeaders, bodyOf } from "@/api/client";
import type { Prediction, Run } from "@/api/types";
import type { ImageChange } from "./compare";
import type { ScoreFilter } from "./scoreFilter";

const LIVE_MS = 2000;
const LIST_LIVE_MS = 5000;
const LIST_MS = 15_000;
const SCORES = 200;
const LARGEST_PAGE = 1000;
const MOST_CHANGED = 200;

export const isActive = (run: Pick<Run, "status">): boolean => run.status === "queued" || run.status === "running";

export function useRuns() {
  return useQuery({
    queryKey: ["runs"],
    queryFn: () => bodyOf(api.GET("/v1/runs", { params: { query: { limit: 200 } } })),
    refetchInterval: ({ state }) => (state.data?.items.some(isActive) ? LIST_LIVE_MS : LIST_MS),
  });
}

/** The newest runs of a dataset, newest first. */
export function useRunsOf(dataset_id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ["runs", "of", computed(() => toValue(dataset_id))],
    queryFn: () => bodyOf(api.GET("/v1/runs", { params: { query: { dataset_id: toValue(dataset_id), limit: 100 } } })),
  });
}

/** The names of the networks that a project registered. */
export function useBackbones(project_id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ["backbones", computed(() => toValue(project_id))],
    queryFn: async () => {
      const path = { project_id: toValue(project_id) };
      const { backbones } = await bodyOf(api.GET("/v1/projects/{project_id}/backbones", { params: { path } }));
      return backbones.map(({ name }) => name);
    },
  });
}

/** The rows of a new run can be late: the request waits for its first version. */
export function useRun(run_id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ["runs", computed(() => toValue(run_id))],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/runs/{run_id}", { params: { path: { run_id: toValue(run_id) }, query: { min_version: 1 } } }),
      ),
    enabled: () => toValue(run_id) !== "",
    refetchInterval: ({ state }) => (state.data && isActive(state.data) ? LIVE_MS : false),
  });
}

/** The images that the figures of a run count, nearest to the threshold first, page by page; `filter`: of them only. */
export function useScores(run: MaybeRefOrGetter<Run | undefined>, filter: MaybeRefOrGetter<ScoreFilter> = {}) {
  const key = computed(() => {
    const { run_id, predictions, evaluation } = toValue(run) ?? {};
    return { run_id, predictions, split: evaluation?.split as Prediction["split"], ...toValue(filter) };
  });
  const query = useInfiniteQuery({
    queryKey: ["scores", key],
    queryFn: ({ pageParam: cursor }) => {
      const { run_id, split, slice, cell, at: low, below: high } = key.value;
      const query = { split: split as "test", counted: true, slice, cell, low, high, order: "margin", cursor } as const;
      return bodyOf(
        api.GET("/v1/runs/{run_id}/predictions", {
          params: { path: { run_id: run_id! }, query: { ...query, limit: SCORES } },
        }),
      );
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: () => Boolean(key.value.predictions && key.value.split),
    placeholderData: keepPreviousData,
  });
  return {
    ...query,
    items: computed(() => query.data.value?.pages.flatMap(({ items }) => items)),
    total: computed(() => query.data.value?.pages[0]?.total ?? 0),
  };
}

/** All images that the figures of a run count, for a comparison with those of another. */
export function useAllScores(run: MaybeRefOrGetter<Run | undefined>) {
  const key = computed(() => {
    const { run_id, predictions, evaluation } = toValue(run) ?? {};
    return { run_id, predictions, split: evaluation?.split as Prediction["split"] };
  });
  return useQuery({
    queryKey: ["scores", "all", key],
    queryFn: async () => {
      const { run_id, split } = key.value;
      const found: Prediction[] = [];
      let cursor: string | undefined;
      do {
        const query = { split: split as "test", counted: true, order: "image", limit: LARGEST_PAGE, cursor } as const;
        const params = { path: { run_id: run_id! }, query };
        const page = await bodyOf(api.GET("/v1/runs/{run_id}/predictions", { params }));
        found.push(...page.items);
        cursor = page.next_cursor ?? undefined;
      } while (cursor);
      return found;
    },
    enabled: () => Boolean(key.value.predictions && key.value.split),
  });
}

/** Two runs on the images that both were measured by. */
export function useComparison(old_run: MaybeRefOrGetter<string>, new_run: MaybeRefOrGetter<string>) {
  const key = computed(() => [toValue(old_run), toValue(new_run)] as const);
  return useQuery({
    queryKey: ["comparison", key],
    queryFn: () => {
      const [old, run_id] = key.value;
      return bodyOf(api.GET("/v1/runs/{run_id}/comparison", { params: { path: { run_id }, query: { old_run: old } } }));
    },
    enabled: () => Boolean(key.value[0] && key.value[1]),
  });
}

export function useChangedImages(of: () => [old_run: string, new_run: string, change: ImageChange]) {
  const key = computed(of);
  return useQuery({
    queryKey: ["comparison", "images", key],
    queryFn: () => {
      const [old_run, run_id, change] = key.value;
      return bodyOf(
        api.GET("/v1/runs/{run_id}/comparison/images", {
          params: { path: { run_id }, query: { old_run, change, limit: MOST_CHANGED } },
        }),
      );
    },
  });
}

export function useRunVerbs(run_id: MaybeRefOrGetter<string>) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: ["runs"] });
  const path = () => ({ run_id: toValue(run_id) });
  const cancel = useMutation({
    mutationFn: (reason: string) =>
      bodyOf(
        api.POST("/v1/runs/{run_id}/cancellation", {
          params: { path: path(), header: writeHeaders() },
          body: { reason },
        }),
      ),
    onSettled: refresh,
  });
  const retry = useMutation({
    mutationFn: (reason: string) =>
      bodyOf(
        api.POST("/v1/runs/{run_id}/retries", { params: { path: path(), header: writeHeaders() }, body: { reason } }),
      ),
    onSettled: refresh,
  });
  return { cancel, retry };
}

/** The review policy, and the number of judged images that a new run would leave out. */
export function useLeftOut(dataset_id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ["review", "left out", computed(() => toValue(dataset_id))],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/reviews/counts", {
          params: { path: { dataset_id: toValue(dataset_id) }, query: { left_out: true } },
        }),
      ),
  });
}
