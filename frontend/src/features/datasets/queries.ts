// Queries of projects and datasets that several screens share.
import { useQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue, watch } from "vue";
import { api, take } from "@/api/client";
import { useOutbox } from "@/features/outbox/store";

const QUIET_MS = 10_000;

export function useProjects() {
  return useQuery({ queryKey: ["projects"], queryFn: () => take(api.GET("/v1/projects")) });
}

export function useDatasets() {
  return useQuery({ queryKey: ["datasets"], queryFn: () => take(api.GET("/v1/datasets")), refetchInterval: QUIET_MS });
}

export function useDataset(
  dataset_id: MaybeRefOrGetter<string>,
  every = QUIET_MS,
  as_of?: MaybeRefOrGetter<string | undefined>,
) {
  const outbox = useOutbox();
  const then = computed(() => toValue(as_of));
  const mine = () => (outbox.saved?.stream === `dataset-${toValue(dataset_id)}` ? outbox.saved.version : undefined);
  const answer = useQuery({
    queryKey: ["datasets", computed(() => toValue(dataset_id)), then],
    queryFn: () =>
      take(
        api.GET("/v1/datasets/{dataset_id}", {
          params: { path: { dataset_id: toValue(dataset_id) }, query: { min_version: mine(), as_of: then.value } },
        }),
      ),
    refetchInterval: () => (then.value ? false : every),
  });
  watch(
    () => outbox.entries.length,
    (waiting) => {
      if (!waiting) void answer.refetch();
    },
  );
  return answer;
}

export function useProject(project_id: MaybeRefOrGetter<string | undefined>) {
  return useQuery({
    queryKey: ["projects", computed(() => toValue(project_id))],
    queryFn: () =>
      take(api.GET("/v1/projects/{project_id}", { params: { path: { project_id: toValue(project_id)! } } })),
    enabled: () => Boolean(toValue(project_id)),
  });
}
