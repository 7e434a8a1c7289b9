// Queries and commands of the intake.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { api, signed, take } from "@/api/client";

const LOOK_MS = 5000;

export function useIntake() {
  return useQuery({ queryKey: ["intake"], queryFn: () => take(api.GET("/v1/intake")), refetchInterval: LOOK_MS });
}

export function useRejected() {
  return useQuery({
    queryKey: ["intake", "rejected"],
    queryFn: () => take(api.GET("/v1/intake/rejected")),
    refetchInterval: LOOK_MS,
  });
}

export function useRetry() {
  return useRepair((rejected_id) =>
    take(api.POST("/v1/intake/rejected/{rejected_id}/retry", { params: { path: { rejected_id }, header: signed() } })),
  );
}

export function useDismiss() {
  return useRepair((rejected_id) =>
    take(
      api.POST("/v1/intake/rejected/{rejected_id}/dismiss", { params: { path: { rejected_id }, header: signed() } }),
    ),
  );
}

function useRepair<T>(mutationFn: (rejected_id: string) => Promise<T>) {
  const client = useQueryClient();
  const onSettled = () =>
    Promise.all(["intake", "datasets"].map((one) => client.invalidateQueries({ queryKey: [one] })));
  return useMutation({ mutationFn, onSettled });
}
