// The query of drift: the newest images of each line, compared with what a model learnt.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { api, bodyOf } from "@/api/client";
import type { ComparedBy, DriftFigure } from "./drift";

const PAGE = 200;

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

/** The images that one figure counts, page by page. */
export function useDriftImages(model_id: MaybeRefOrGetter<string>, figure: MaybeRefOrGetter<DriftFigure>) {
  const key = computed(() => ({ model_id: toValue(model_id), ...toValue(figure) }));
  const query = useInfiniteQuery({
    queryKey: ["drift images", key],
    queryFn: ({ pageParam: cursor }) => {
      const { model_id, value, ...cell } = key.value;
      const query = { ...cell, value: value ?? undefined, limit: PAGE, cursor };
      return bodyOf(api.GET("/v1/models/{model_id}/drift/images", { params: { path: { model_id }, query } }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  return {
    ...query,
    items: computed(() => query.data.value?.pages.flatMap(({ items }) => items)),
    total: computed(() => query.data.value?.pages[0]?.total ?? 0),
  };
}
