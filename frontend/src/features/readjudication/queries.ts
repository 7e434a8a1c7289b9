// Queries of re-adjudication: requests, open items and the summary.
import { useQueries, useQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, type Ref, toValue } from "vue";
import { api, bodyOf, pagesOf } from "@/api/client";

const POLL_MS = 5000;
const MOST_ITEMS = 500;

const ask = (dataset_id: string) =>
  bodyOf(api.GET("/v1/datasets/{dataset_id}/readjudications", { params: { path: { dataset_id } } }));

/** A job lists the items some seconds after the standard changed, so the query polls. */
export function useRequests(dataset_id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ["readjudications", computed(() => toValue(dataset_id))],
    queryFn: () => ask(toValue(dataset_id)),
    refetchInterval: POLL_MS,
  });
}

export function useOpenRequests(dataset_ids: Ref<string[]>, every = POLL_MS) {
  const answers = useQueries({
    queries: computed(() =>
      dataset_ids.value.map((id) => ({
        queryKey: ["readjudications", id],
        queryFn: () => ask(id),
        refetchInterval: every,
      })),
    ),
  });
  return computed(() => answers.value.flatMap(({ data }) => data?.items ?? []).filter(({ open }) => open > 0));
}

export function useSummary(
  dataset_id: MaybeRefOrGetter<string>,
  request: MaybeRefOrGetter<string | undefined>,
  version: MaybeRefOrGetter<number | undefined>,
) {
  return useQuery({
    queryKey: [
      "readjudications",
      computed(() => toValue(dataset_id)),
      computed(() => toValue(request)),
      computed(() => toValue(version)),
    ],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/readjudications/{readjudication_id}", {
          params: {
            path: { dataset_id: toValue(dataset_id), readjudication_id: toValue(request)! },
            query: { min_version: toValue(version) },
          },
        }),
      ),
    enabled: () => Boolean(toValue(request)),
    placeholderData: (before) => before,
  });
}

export function useItems(dataset_id: MaybeRefOrGetter<string>, request: MaybeRefOrGetter<string | undefined>) {
  return useQuery({
    queryKey: ["readjudication items", computed(() => toValue(dataset_id)), computed(() => toValue(request))],
    queryFn: () =>
      pagesOf(
        (cursor) =>
          bodyOf(
            api.GET("/v1/datasets/{dataset_id}/readjudications/{readjudication_id}/items", {
              params: {
                path: { dataset_id: toValue(dataset_id), readjudication_id: toValue(request)! },
                query: { limit: MOST_ITEMS, cursor },
              },
            }),
          ),
        MOST_ITEMS,
      ),
    enabled: () => Boolean(toValue(request)),
    staleTime: Infinity,
  });
}
