// Queries of the review queue, and the review command.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import type { Ref } from "vue";
import { api, newKey, writeHeaders, bodyOf } from "@/api/client";
import type { Accepted, Verdict } from "@/api/types";

const POLL_MS = 5000;

export interface Chosen {
  verdict?: Verdict;
  order: "oldest" | "doubtful";
  not_mine: boolean;
}

export function useWaiting(dataset_id: Ref<string>, chosen: Ref<Chosen>, version: Ref<number | undefined>) {
  return useQuery({
    queryKey: ["review", dataset_id, chosen],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/reviews", {
          params: {
            path: { dataset_id: dataset_id.value },
            query: { ...chosen.value, limit: 50, min_version: version.value },
          },
        }),
      ),
    refetchInterval: POLL_MS,
  });
}

export function useCounts(dataset_id: Ref<string>, version: Ref<number | undefined>) {
  return useQuery({
    queryKey: ["review", "counts", dataset_id],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/reviews/counts", {
          params: { path: { dataset_id: dataset_id.value }, query: { min_version: version.value } },
        }),
      ),
    refetchInterval: POLL_MS,
  });
}

export function useReturned(dataset_id: Ref<string>, version: Ref<number | undefined>) {
  return useQuery({
    queryKey: ["review", "returned", dataset_id],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/reviews/returned", {
          params: { path: { dataset_id: dataset_id.value }, query: { min_version: version.value } },
        }),
      ),
    refetchInterval: POLL_MS,
  });
}

export interface Review {
  image_id: string;
  revision: number;
  outcome: "accepted" | "returned";
  reason: string;
  confused: string[];
}

/** `batch` names the reviews of one act, which is undone as one. The lists are loaded again at the version of the review, so that reviewed items do not come back. */
export function useReview(
  dataset_id: Ref<string>,
  version: Ref<number | undefined>,
  refused: (reviews: Review[], error: Error) => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ reviews, batch }: { reviews: Review[]; batch: string }) =>
      bodyOf(
        api.POST("/v1/datasets/{dataset_id}/reviews", {
          params: { path: { dataset_id: dataset_id.value }, header: writeHeaders(newKey(), batch) },
          body: { reviews },
        }),
      ),
    scope: { id: "reviews" },
    onError: (error: Error, { reviews }) => refused(reviews, error),
    onSuccess: (saved: Accepted) => {
      version.value = saved.version;
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["review"] }),
  });
}
