// Queries of the exports of a model that were made, and of their cards.
import { useQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, type Ref, toValue } from "vue";
import { api, bodyOf } from "@/api/client";

export function useModelExports(model: MaybeRefOrGetter<string>) {
  const model_id = computed(() => toValue(model));
  return useQuery({
    queryKey: ["model exports", model_id],
    queryFn: () => bodyOf(api.GET("/v1/models/{model_id}/exports", { params: { path: { model_id: model_id.value } } })),
  });
}

/** The card of one export; none is asked for while `export_id` is null. */
export function useModelCard(model: MaybeRefOrGetter<string>, export_id: Ref<string | null>) {
  const model_id = computed(() => toValue(model));
  return useQuery({
    queryKey: ["model card", model_id, export_id],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/models/{model_id}/exports/{export_id}/card", {
          params: { path: { model_id: model_id.value, export_id: export_id.value! } },
        }),
      ),
    enabled: () => export_id.value !== null,
    retry: false,
  });
}
