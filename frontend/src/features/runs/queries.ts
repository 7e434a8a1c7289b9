// Queries and commands of runs. A run that is not over is loaded every second.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { api, writeHeaders, bodyOf } from "@/api/client";
import type { Run } from "@/api/types";
import type { ImageChange } from "./compare";

const LIVE_MS = 1000;
const POLL_MS = 5000;
const MOST_SCORES = 1000;
const MOST_CHANGED = 200;

export const isActive = (run: Pick<Run, "status">): boolean => run.status === "queued" || run.status === "running";

export function useRuns() {
  return useQuery({
    queryKey: ["runs"],
    queryFn: () => bodyOf(api.GET("/v1/runs", { params: { query: { limit: 200 } } })),
    refetchInterval: ({ state }) => (state.data?.items.some(isActive) ? LIVE_MS : POLL_MS),
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

/** The scores on the split the run was evaluated on, nearest to the threshold first; `slice`: of it only. */
export function useScores(run: MaybeRefOrGetter<Run | undefined>, slice?: MaybeRefOrGetter<string | undefined>) {
  const key = computed(
    () => [toValue(run)?.run_id, toValue(run)?.predictions, toValue(run)?.evaluation?.split, toValue(slice)] as const,
  );
  return useQuery({
    queryKey: ["scores", key],
    queryFn: () => {
      const [run_id, , split, slice] = key.value;
      return bodyOf(
        api.GET("/v1/runs/{run_id}/predictions", {
          params: { path: { run_id: run_id! }, query: { split, slice, order: "margin", limit: MOST_SCORES } },
        }),
      );
    },
    enabled: () => Boolean(key.value[1] && key.value[2]),
    placeholderData: keepPreviousData,
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
