// Questions about the job queue, and the way to give a dead job another chance.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { api, signed, take } from "@/api/client";

const LOOK_MS = 5000;

export function useQueue() {
  return useQuery({ queryKey: ["queue"], queryFn: () => take(api.GET("/v1/queue")), refetchInterval: LOOK_MS });
}

export function useRedrive() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (job_id: string) => take(api.POST("/v1/queue/{job_id}/redrive", { params: { path: { job_id }, header: signed() } })),
    onSettled: () => Promise.all(["queue", "runs"].map((one) => client.invalidateQueries({ queryKey: [one] }))),
  });
}
