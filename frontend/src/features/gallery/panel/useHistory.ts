// Loads the events of the image in focus, once the focus stays on it.
import { keepPreviousData, useQuery } from "@tanstack/vue-query";
import { computed, type Ref } from "vue";
import { api, bodyOf } from "@/api/client";
import type { Image } from "@/api/types";
import { refDebounced } from "@/ui/debounce";

export function useHistory(dataset_id: Ref<string>, image: Ref<Image | undefined>, as_of: Ref<string | undefined>) {
  const settled = refDebounced(
    computed(() => [image.value?.image_id, image.value?.revision, image.value?.split] as const),
    200,
  );
  const { data } = useQuery({
    queryKey: ["history", dataset_id, settled, as_of],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/images/{image_id}/history", {
          params: {
            path: { dataset_id: dataset_id.value, image_id: settled.value[0]! },
            query: { as_of: as_of.value },
          },
        }),
      ),
    enabled: () => settled.value[0] !== undefined,
    placeholderData: keepPreviousData,
  });
  return computed(() => (settled.value[0] === image.value?.image_id ? (data.value?.items ?? []) : []));
}
