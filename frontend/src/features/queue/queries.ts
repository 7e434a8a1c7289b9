// Queries and commands of queues, dead letters and parked streams.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { api, writeHeaders, bodyOf } from "@/api/client";
import type { DeadLetter, Parked } from "@/api/types";

const POLL_MS = 10_000;
/** A stream is seldom parked. */
const PARKED_MS = 20_000;
/** Reading dead letters hides them from other readers for a moment, so they are read rarely. */
const LOOK_SELDOM_MS = 30_000;

export function useQueue() {
  return useQuery({ queryKey: ["queue"], queryFn: () => bodyOf(api.GET("/v1/queue")), refetchInterval: POLL_MS });
}

/** The state of the installation, with the space on its disk. */
export function useHealth() {
  return useQuery({
    queryKey: ["health"],
    queryFn: () => bodyOf(api.GET("/v1/health")),
    refetchInterval: LOOK_SELDOM_MS,
  });
}

export function useDeadLetters() {
  return useQuery({
    queryKey: ["dead-letters"],
    queryFn: () => bodyOf(api.GET("/v1/dead-letters")),
    refetchInterval: LOOK_SELDOM_MS,
  });
}

export function useParked() {
  return useQuery({ queryKey: ["parked"], queryFn: () => bodyOf(api.GET("/v1/parked")), refetchInterval: PARKED_MS });
}

export function useRedrive() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ source, id }: Pick<DeadLetter, "source" | "id">) =>
      bodyOf(
        api.POST("/v1/dead-letters/{source}/{letter_id}/redrive", {
          params: { path: { source, letter_id: id }, header: writeHeaders() },
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
      bodyOf(
        api.POST("/v1/parked/{reader}/{stream}/retry", {
          params: { path: { reader, stream }, header: writeHeaders() },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ["parked"] }),
  });
}
