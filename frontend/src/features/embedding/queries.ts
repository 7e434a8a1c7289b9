// The query of a dataset's embedding map.
import { keepPreviousData, useQuery } from "@tanstack/vue-query";
import { computed, type Ref } from "vue";
import { api, bodyOf } from "@/api/client";
import type { MapValue } from "./embedding";

export function useEmbedding(dataset_id: Ref<string>, by: Ref<MapValue>) {
  const key = computed(() => ({ dataset_id: dataset_id.value, by: by.value }));
  return useQuery({
    queryKey: ["embedding", key],
    queryFn: () => {
      const { dataset_id, by } = key.value;
      return bodyOf(
        api.GET("/v1/datasets/{dataset_id}/embedding", { params: { path: { dataset_id }, query: { by } } }),
      );
    },
    placeholderData: keepPreviousData,
    retry: false,
  });
}
