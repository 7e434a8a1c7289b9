// Queries and commands of queues, dead letters and parked streams.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { api, signed, take } from "@/api/client";
import type { DeadLetter, Parked } from "@/api/types";

const LOOK_MS = 5000;
/** Reading dead letters hides them from other readers for a moment, so they are read rarely. */
const LOOK_SELDOM_MS = 30_000;

export function useQueue() {
  return useQuery({ queryKey: ["queue"], queryFn: () => take(api.GET("/v1/queue")), refetchInterval: LOOK_MS });
}

export function useDeadLetters() {
  return useQuery({
    queryKey: ["dead-letters"],
    queryFn: () => take(api.GET("/v1/dead-letters")),
    refetchInterval: LOOK_SELDOM_MS,
  });
}

export function useParked() {
  return useQuery({ queryKey: ["parked"], queryFn: () => take(api.GET("/v1/parked")), refetchInterval: LOOK_MS });
}

export function useRedrive() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ source, id }: Pick<DeadLetter, "source" | "id">) =>
      take(
        api.POST("/v1/dead-letters/{source}/{letter_id}/redrive", {
          params: { path: { source, letter_id: id }, header: signed() },
        }),
      ),
    onSettled: () =>
      Promise.all(
        ["queue", "dead-letters", "runs", "intake"].map((one) => client.invalidateQueries({ queryKey: [one] })),
      ),
  });
}

export function useTryNow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ reader, stream }: Pick<Parked, "reader" | "stream">) =>
      take(api.POST("/v1/parked/{reader}/{stream}/retry", { params: { path: { reader, stream }, header: signed() } })),
    onSettled: () => client.invalidateQueries({ queryKey: ["parked"] }),
  });
}
