// Queries of projects and datasets that several screens share.
import { useQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue, watch } from "vue";
import { api, bodyOf } from "@/api/client";
import { useOutbox } from "@/features/outbox/store";

const POLL_MS = 10_000;

export function useProjects() {
  return useQuery({ queryKey: ["projects"], queryFn: () => bodyOf(api.GET("/v1/projects")) });
}

export function useDatasets() {
  return useQuery({ queryKey: ["datasets"], queryFn: () => bodyOf(api.GET("/v1/datasets")), refetchInterval: POLL_MS });
}

export function useDataset(
  dataset_id: MaybeRefOrGetter<string>,
  every = POLL_MS,
  as_of?: MaybeRefOrGetter<string | undefined>,
) {
  const outbox = useOutbox();
  const version = computed(() => toValue(as_of));
  const savedVersion = () =>
    outbox.saved?.stream === `dataset-${toValue(dataset_id)}` ? outbox.saved.version : undefined;
  const query = useQuery({
    queryKey: ["datasets", computed(() => toValue(dataset_id)), version],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}", {
          params: {
            path: { dataset_id: toValue(dataset_id) },
            query: { min_version: savedVersion(), as_of: version.value },
          },
        }),
      ),
    refetchInterval: () => (version.value ? false : every),
  });
  watch(
    () => outbox.entries.length,
    (waiting) => {
      if (!waiting) void query.refetch();
    },
  );
  return query;
}

export function useProject(project_id: MaybeRefOrGetter<string | undefined>) {
  return useQuery({
    queryKey: ["projects", computed(() => toValue(project_id))],
    queryFn: () =>
      bodyOf(api.GET("/v1/projects/{project_id}", { params: { path: { project_id: toValue(project_id)! } } })),
    enabled: () => Boolean(toValue(project_id)),
  });
}
