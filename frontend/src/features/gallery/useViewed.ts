// The image in the viewer, by its id in the URL: from the list, or loaded when the filter hides it.
import { useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, type Ref } from "vue";
import { useRoute } from "vue-router";
import { api, bodyOf } from "@/api/client";
import type { Image } from "@/api/types";
import { useAddress } from "@/app/useAddress";
import { imagesOf, type PendingCommand } from "@/features/outbox/pendingCommand";
import { savedAs } from "./savedAs";

export function useViewed(
  dataset_id: Ref<string>,
  as_of: Ref<string | undefined>,
  items: Ref<Image[]>,
  at: (image_id: string) => number,
) {
  const route = useRoute();
  const address = useAddress();
  const client = useQueryClient();
  const image_id = computed(() => (typeof route.query.image === "string" ? route.query.image : null));
  /** The run whose label review led to the image. */
  const label_review = computed(() =>
    image_id.value !== null && typeof route.query.label_review === "string" ? route.query.label_review : undefined,
  );
  const position = computed(() => (image_id.value && items.value.length ? at(image_id.value) : -1));

  const alone = useQuery({
    queryKey: ["image", dataset_id, image_id, as_of],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/images/{image_id}", {
          params: { path: { dataset_id: dataset_id.value, image_id: image_id.value! }, query: { as_of: as_of.value } },
        }),
      ),
    enabled: () => image_id.value !== null && position.value < 0,
  });
  const image = computed(() =>
    image_id.value === null ? undefined : (items.value[position.value] ?? alone.data.value),
  );

  /** A label review led to the first image alone. */
  function show(id: string | null): void {
    void address.change({ ...route.query, image: id ?? undefined, label_review: undefined });
  }
  /** Update the image that was loaded alone. The list updates itself. */
  function saved(command: PendingCommand, version: number, by: string): void {
    const before = alone.data.value;
    if (!before || !imagesOf(command).includes(before.image_id)) return;
    client.setQueryData(
      ["image", command.dataset_id, before.image_id, as_of.value],
      savedAs(before, command, version, by, new Date().toISOString()),
    );
  }
  return {
    image,
    position,
    label_review,
    /** An image that cannot be loaded leaves the list on screen. */
    open: computed(() => image_id.value !== null && (position.value >= 0 || !alone.error.value)),
    show,
    saved,
    error: alone.error,
    refetch: alone.refetch,
  };
}
