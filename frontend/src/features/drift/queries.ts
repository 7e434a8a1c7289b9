// The query of drift: the newest images of each line, compared with what a model learnt.
import { keepPreviousData, useQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { api, bodyOf } from "@/api/client";
import type { ComparedBy } from "./drift";

export function useDrift(model_id: MaybeRefOrGetter<string>, by: MaybeRefOrGetter<ComparedBy>) {
  const key = computed(() => [toValue(model_id), toValue(by)] as const);
  return useQuery({
    queryKey: ["drift", key],
    queryFn: () => {
      const [model, by] = key.value;
      return bodyOf(api.GET("/v1/models/{model_id}/drift", { params: { path: { model_id: model }, query: { by } } }));
    },
    placeholderData: keepPreviousData,
    retry: false,
  });
}
