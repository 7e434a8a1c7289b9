// The image on the annotate screen, by its id in the URL, with the judgements that are not sent yet.
import { useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, onScopeDispose, type Ref, ref } from "vue";
import { api, bodyOf } from "@/api/client";
import type { Image } from "@/api/types";
import { savedAs } from "@/features/gallery/savedAs";
import { imagesOf, type PendingCommand } from "@/features/outbox/pendingCommand";
import { useOutbox } from "@/features/outbox/store";
import { useSession } from "@/features/session/session";

export function useAnnotated(dataset_id: Ref<string>, image_id: Ref<string>, as_of: Ref<string | undefined>) {
  const client = useQueryClient();
  const outbox = useOutbox();
  const session = useSession();
  const saved_version = ref<number>();
  const queryKey = ["image", dataset_id, image_id, as_of];

  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/images/{image_id}", {
          params: {
            path: { dataset_id: dataset_id.value, image_id: image_id.value },
            query: { as_of: as_of.value, min_version: as_of.value ? undefined : saved_version.value },
          },
        }),
      ),
  });

  /** The image changes at once; the digests of masks that were drawn come with the next answer. */
  function saved(command: PendingCommand, version: number): void {
    const before = data.value;
    if (as_of.value || !before || !imagesOf(command).includes(before.image_id)) return;
    saved_version.value = version;
    const now = savedAs(before, command, version, session.actor, new Date().toISOString());
    client.setQueryData(["image", dataset_id.value, before.image_id, as_of.value], now);
    void refetch();
  }

  const replace = (image: Image) =>
    client.setQueryData(["image", dataset_id.value, image.image_id, as_of.value], image);

  onScopeDispose(outbox.onSaved(saved));
  onScopeDispose(outbox.onConflict(replace));

  const stored = computed(() => (data.value?.image_id === image_id.value ? data.value : undefined));
  return { stored, image: computed(() => stored.value && outbox.shown(stored.value)), error, refetch };
}
