// Requests a suggestion and polls until it arrives or the time is over.
import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { onScopeDispose, type Ref, ref, watch } from "vue";
import { api, signed, take } from "@/api/client";

const BATCH = 24;
const LOOK_EVERY_MS = 1500;
export const PATIENCE_MINUTES = 2;

export function useSuggestions(dataset_id: Ref<string>, arrived: () => void) {
  const client = useQueryClient();
  const state = ref<"resting" | "waiting" | "late">("resting");
  let awaited = "";
  let until = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function look(): Promise<void> {
    const asked = awaited;
    const now = await take(
      api.GET("/v1/datasets/{dataset_id}/suggestions", { params: { path: { dataset_id: dataset_id.value } } }),
    ).catch(() => null);
    if (asked !== awaited) return;
    if (now?.suggestion_id === awaited) {
      state.value = "resting";
      void client.invalidateQueries({ queryKey: ["datasets"] });
      arrived();
    } else if (Date.now() >= until) state.value = "late";
    else timer = setTimeout(() => void look(), LOOK_EVERY_MS);
  }

  function wait(): void {
    until = Date.now() + PATIENCE_MINUTES * 60_000;
    state.value = "waiting";
    void look();
  }

  function rest(): void {
    awaited = "";
    clearTimeout(timer);
    state.value = "resting";
  }

  const { mutate: ask, error } = useMutation({
    mutationFn: () =>
      take(
        api.POST("/v1/datasets/{dataset_id}/suggestions", {
          params: { path: { dataset_id: dataset_id.value }, header: signed() },
          body: { size: BATCH },
        }),
      ),
    onMutate: () => void (state.value = "waiting"),
    onSuccess({ suggestion_id }) {
      awaited = suggestion_id;
      wait();
    },
    onError: rest,
  });
  watch(dataset_id, rest);
  onScopeDispose(rest);
  return { ask, wait, rest, state, error };
}
