// Queries of a dataset's past: timeline, tags and diffs.
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, type Ref } from "vue";
import { api, writeHeaders, bodyOf } from "@/api/client";
import type { DiffKind } from "@/api/types";
import { zoneOnScreen } from "@/ui/siteZone";
import { filterQuery, type TimelineFilter } from "./timeline";

const PAGE = 50;
const POLL_MS = 5000;

export function useChanges(dataset_id: Ref<string>, filter: Ref<TimelineFilter>) {
  return useInfiniteQuery({
    queryKey: ["changes", dataset_id, filter],
    queryFn: ({ pageParam: cursor }) =>
      bodyOf(
        api.GET("/v1/streams/{stream}/changes", {
          params: {
            path: { stream: `dataset-${dataset_id.value}` },
            query: { ...filterQuery(filter.value, zoneOnScreen()), limit: PAGE, cursor },
          },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: POLL_MS,
    placeholderData: keepPreviousData,
  });
}

/** The people and parts of the platform who changed a dataset. */
export function useActors(dataset_id: Ref<string>) {
  const { data } = useQuery({
    queryKey: ["changes", "actors", dataset_id],
    queryFn: () =>
      bodyOf(api.GET("/v1/streams/{stream}/actors", { params: { path: { stream: `dataset-${dataset_id.value}` } } })),
  });
  return computed(() => (data.value?.items ?? []).map(({ actor }) => actor));
}

/** The commit of a version. */
export function useChangeAt(dataset_id: Ref<string>, version: Ref<number | undefined>) {
  const { data } = useQuery({
    queryKey: ["change", dataset_id, version],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/streams/{stream}/changes", {
          params: {
            path: { stream: `dataset-${dataset_id.value}` },
            query: { limit: 1, as_of: String(version.value) },
          },
        }),
      ),
    enabled: () => Boolean(version.value),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  return computed(() => data.value?.items[0]);
}

export function useTags(dataset_id: Ref<string>) {
  return useQuery({
    queryKey: ["tags", dataset_id],
    queryFn: () =>
      bodyOf(api.GET("/v1/datasets/{dataset_id}/tags", { params: { path: { dataset_id: dataset_id.value } } })),
  });
}

export function useTag(dataset_id: Ref<string>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; note: string; version: number }) =>
      bodyOf(
        api.POST("/v1/datasets/{dataset_id}/tags", {
          params: { path: { dataset_id: dataset_id.value }, header: writeHeaders() },
          body,
        }),
      ),
    onSuccess: async ({ version: min_version }) => {
      const path = { dataset_id: dataset_id.value };
      client.setQueryData(
        ["tags", path.dataset_id],
        await bodyOf(api.GET("/v1/datasets/{dataset_id}/tags", { params: { path, query: { min_version } } })),
      );
      for (const one of ["changes", "datasets"]) void client.invalidateQueries({ queryKey: [one] });
    },
  });
}

export interface Pair {
  from: number;
  to: number;
}

export function useDiff(dataset_id: Ref<string>, pair: Ref<Pair | null>, kind: Ref<DiffKind | undefined>) {
  return useInfiniteQuery({
    queryKey: ["diff", dataset_id, pair, kind],
    queryFn: ({ pageParam: cursor }) => {
      const { from, to } = pair.value!;
      const query = { from: String(from), to: String(to), kind: kind.value, limit: PAGE, cursor };
      return bodyOf(
        api.GET("/v1/datasets/{dataset_id}/diff", { params: { path: { dataset_id: dataset_id.value }, query } }),
      );
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: () => pair.value !== null,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}
