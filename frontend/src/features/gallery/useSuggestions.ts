// Requests a suggestion and polls until it arrives or the time is over.
import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { onScopeDispose, type Ref, ref, watch } from "vue";
import { api, writeHeaders, bodyOf } from "@/api/client";
import type { Strategy } from "@/features/suggestions/strategies";

const BATCH = 24;
const POLL_MS = 1500;
export const TIMEOUT_MINUTES = 2;

export function useSuggestions(dataset_id: Ref<string>, arrived: () => void) {
  const client = useQueryClient();
  const state = ref<"idle" | "waiting" | "late">("idle");
  let expected = "";
  let until = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function poll(): Promise<void> {
    const polled = expected;
    const newest = await bodyOf(
      api.GET("/v1/datasets/{dataset_id}/suggestions", { params: { path: { dataset_id: dataset_id.value } } }),
    ).catch(() => null);
    if (polled !== expected) return;
    if (newest?.suggestion_id === expected) {
      state.value = "idle";
      void client.invalidateQueries({ queryKey: ["datasets"] });
      arrived();
    } else if (Date.now() >= until) state.value = "late";
    else timer = setTimeout(() => void poll(), POLL_MS);
  }

  function wait(): void {
    until = Date.now() + TIMEOUT_MINUTES * 60_000;
    state.value = "waiting";
    void poll();
  }

  function stop(): void {
    expected = "";
    clearTimeout(timer);
    state.value = "idle";
  }

  const { mutate, error } = useMutation({
    mutationFn: (strategies: Strategy[] | undefined) =>
      bodyOf(
        api.POST("/v1/datasets/{dataset_id}/suggestions", {
          params: { path: { dataset_id: dataset_id.value }, header: writeHeaders() },
          body: { size: BATCH, strategies: strategies ?? null },
        }),
      ),
    onMutate: () => void (state.value = "waiting"),
    onSuccess({ suggestion_id }) {
      expected = suggestion_id;
      wait();
    },
    onError: stop,
  });
  /** Without strategies the mix of the project chooses. */
  const ask = (strategies?: Strategy[]) => mutate(strategies);
  watch(dataset_id, stop);
  onScopeDispose(stop);
  return { ask, wait, stop, state, error };
}
