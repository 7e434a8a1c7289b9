// Queries and commands of the intake.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { api, writeHeaders, bodyOf } from "@/api/client";

const POLL_MS = 5000;

export function useIntake() {
  return useQuery({ queryKey: ["intake"], queryFn: () => bodyOf(api.GET("/v1/intake")), refetchInterval: POLL_MS });
}

export function useRejected() {
  return useQuery({
    queryKey: ["intake", "rejected"],
    queryFn: () => bodyOf(api.GET("/v1/intake/rejected")),
    refetchInterval: POLL_MS,
  });
}

export function useRetry() {
  return useRepair((rejected_id) =>
    bodyOf(
      api.POST("/v1/intake/rejected/{rejected_id}/retry", {
        params: { path: { rejected_id }, header: writeHeaders() },
      }),
    ),
  );
}

export function useDismiss() {
  return useRepair((rejected_id) =>
    bodyOf(
      api.POST("/v1/intake/rejected/{rejected_id}/dismiss", {
        params: { path: { rejected_id }, header: writeHeaders() },
      }),
    ),
  );
}

function useRepair<T>(mutationFn: (rejected_id: string) => Promise<T>) {
  const client = useQueryClient();
  const onSettled = () =>
    Promise.all(["intake", "datasets"].map((one) => client.invalidateQueries({ queryKey: [one] })));
  return useMutation({ mutationFn, onSettled });
}
