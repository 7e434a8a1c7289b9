// Queries of the models of a dataset and of the one in production.
import { useQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { api, bodyOf, pagesOf } from "@/api/client";
import type { Model } from "@/api/types";

const POLL_MS = 10_000;
const PAGE = 200;

/** The models of the dataset, newest first. */
export function useModels(dataset_id: MaybeRefOrGetter<string>, project_id: MaybeRefOrGetter<string | undefined>) {
  return useQuery({
    queryKey: ["models", computed(() => toValue(dataset_id)), computed(() => toValue(project_id))],
    queryFn: async (): Promise<Model[]> => {
      const { items } = await pagesOf((cursor) =>
        bodyOf(api.GET("/v1/models", { params: { query: { project_id: toValue(project_id), limit: PAGE, cursor } } })),
      );
      return items.filter((model) => model.dataset_id === toValue(dataset_id));
    },
    enabled: () => Boolean(toValue(project_id)),
    refetchInterval: POLL_MS,
  });
}

/** The model in production, and all changes of stage. */
export function useProduction(dataset_id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ["production", computed(() => toValue(dataset_id))],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/production", { params: { path: { dataset_id: toValue(dataset_id) } } }),
      ),
    refetchInterval: POLL_MS,
  });
}
