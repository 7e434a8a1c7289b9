// The values of the gallery's filters: loaded anew when the dataset has changed.
import { keepPreviousData, useQuery } from "@tanstack/vue-query";
import { computed, type Ref } from "vue";
import { api, bodyOf } from "@/api/client";
import type { Dataset } from "@/api/types";
import { optionsOf } from "./facets";

const KEPT_MS = 10_000;

export function useFacets(dataset_id: Ref<string>, dataset: Ref<Dataset | undefined>, as_of: Ref<string | undefined>) {
  const version = computed(() => dataset.value?.version);
  const { data } = useQuery({
    queryKey: ["facets", dataset_id, version],
    queryFn: () =>
      bodyOf(api.GET("/v1/datasets/{dataset_id}/facets", { params: { path: { dataset_id: dataset_id.value } } })),
    enabled: () => version.value !== undefined,
    placeholderData: keepPreviousData,
    gcTime: KEPT_MS,
  });
  return {
    options: computed(() => optionsOf(dataset.value, data.value?.items ?? [], !!as_of.value)),
    /** The facets with further values. */
    unlisted: computed(() => (data.value?.items ?? []).filter(({ more }) => more).map(({ facet }) => facet)),
  };
}
