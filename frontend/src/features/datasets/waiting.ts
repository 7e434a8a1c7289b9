// Counts the open items of datasets: reviews, returned annotations, re-adjudications and agreement tasks.
import { useQueries, useQuery } from "@tanstack/vue-query";
import { computed, type Ref } from "vue";
import { api, bodyOf } from "@/api/client";
import type { AgreementTask, ReviewCounts } from "@/api/types";
import { hasOpenImages } from "@/features/agreement/ownTasks";
import { useOpenRequests } from "@/features/readjudication/queries";
import { useMe } from "@/features/rights/useRights";

/** Counts are asked for rarely, and never from a hidden tab. */
const POLL_MS = 60_000;

export interface Waiting {
  review: number;
  returned: number;
  readjudication: number;
  agreement: number;
}

export function waitingIn(
  counts: ReviewCounts | undefined,
  open: readonly { open: number }[],
  tasks: readonly AgreementTask[],
  me: string,
): Waiting {
  const own = counts?.two_person ? counts.own : 0;
  return {
    review: (counts?.waiting ?? 0) - own,
    returned: counts?.returned_to_me ?? 0,
    readjudication: open.reduce((all, request) => all + request.open, 0),
    agreement: tasks.filter((task) => hasOpenImages(task, me)).length,
  };
}

/** Return the items that the person may judge or review. */
export function itemsForPerson(waiting: Waiting | undefined, judges: boolean, reviews: boolean): Partial<Waiting> {
  if (!waiting) return {};
  const { review, ...judging } = waiting;
  return { ...(judges ? judging : {}), ...(reviews ? { review } : {}) };
}

/** Return the open items of all datasets that the person reaches, by dataset. */
export function useWaitingEverywhere() {
  const { data } = useQuery({
    queryKey: ["review", "waiting"],
    queryFn: () => bodyOf(api.GET("/v1/waiting")),
    refetchInterval: POLL_MS,
  });
  return computed(() => new Map<string, Waiting>(data.value?.items.map((one) => [one.dataset_id, one])));
}

/** Return the open items by dataset, as far as the answers have arrived. */
export function useWaiting(dataset_ids: Ref<string[]>) {
  const { data: me } = useMe();
  const counts = useQueries({
    queries: computed(() =>
      dataset_ids.value.map((dataset_id) => ({
        queryKey: ["review", "waiting", dataset_id],
        queryFn: () =>
          bodyOf(api.GET("/v1/datasets/{dataset_id}/reviews/counts", { params: { path: { dataset_id } } })),
        refetchInterval: POLL_MS,
      })),
    ),
  });
  const tasks = useQueries({
    queries: computed(() =>
      dataset_ids.value.map((dataset_id) => ({
        queryKey: ["agreement", "waiting", dataset_id],
        queryFn: () =>
          bodyOf(api.GET("/v1/datasets/{dataset_id}/agreement-tasks", { params: { path: { dataset_id } } })),
        refetchInterval: POLL_MS,
      })),
    ),
  });
  const open = useOpenRequests(dataset_ids, POLL_MS);
  return computed(
    () =>
      new Map(
        dataset_ids.value.map((id, at) => [
          id,
          waitingIn(
            counts.value[at]?.data,
            open.value.filter(({ dataset_id }) => dataset_id === id),
            tasks.value[at]?.data?.items ?? [],
            me.value?.actor ?? "",
          ),
        ]),
      ),
  );
}
