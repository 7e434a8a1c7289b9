// Asks for images worth a look, and waits until the ranking has arrived.
import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { onScopeDispose, type Ref, ref } from "vue";
import { api, signed, take } from "@/api/client";

const BATCH = 24;
const LOOK_EVERY_MS = 1500;
const GIVE_UP_AFTER = 80;

export function useSuggestions(dataset_id: Ref<string>, arrived: () => void) {
  const client = useQueryClient();
  const waiting = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function look(suggestion_id: string, tries = 0): Promise<void> {
    const now = await take(api.GET("/v1/datasets/{dataset_id}/suggestions", { params: { path: { dataset_id: dataset_id.value } } })).catch(() => null);
    if (now?.suggestion_id === suggestion_id || tries >= GIVE_UP_AFTER) {
      waiting.value = false;
      void client.invalidateQueries({ queryKey: ["datasets"] });
      arrived();
    } else timer = setTimeout(() => void look(suggestion_id, tries + 1), LOOK_EVERY_MS);
  }

  const { mutate: ask, error } = useMutation({
    mutationFn: () => take(api.POST("/v1/datasets/{dataset_id}/suggestions", { params: { path: { dataset_id: dataset_id.value }, header: signed() }, body: { size: BATCH } })),
    onMutate: () => void (waiting.value = true),
    onSuccess: ({ suggestion_id }) => void look(suggestion_id),
    onError: () => void (waiting.value = false),
  });
  onScopeDispose(() => clearTimeout(timer));
  return { ask, waiting, error };
}
