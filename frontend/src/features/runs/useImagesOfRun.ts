// Images as they were judged at the version of a run: the one on screen, and those that come next.
import { useQueries } from "@tanstack/vue-query";
import { computed, type Ref } from "vue";
import { api, bodyOf } from "@/api/client";
import type { Image, Run } from "@/api/types";

/** `image_ids`: first the one on screen. The image before it stays until it is loaded. */
export function useImagesOfRun(run: Ref<Run>, image_ids: () => string[]) {
  const results = useQueries({
    queries: computed(() => {
      const { dataset_id, dataset_version } = run.value;
      const query = { as_of: String(dataset_version) };
      return image_ids().map((image_id) => ({
        queryKey: ["image", dataset_id, image_id, query.as_of],
        queryFn: () =>
          bodyOf(
            api.GET("/v1/datasets/{dataset_id}/images/{image_id}", {
              params: { path: { dataset_id, image_id }, query },
            }),
          ),
      }));
    }),
  });
  const error = computed(() => results.value[0]?.error);
  const image = computed<Image | undefined>((before) => results.value[0]?.data ?? (error.value ? undefined : before));
  const next = computed(() => results.value.slice(1).flatMap(({ data }) => data ?? []));
  return { image, next, error, refetch: () => void results.value[0]?.refetch() };
}
