// The cameras of a dataset, and the command that sets the scale of one.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import type { Ref } from "vue";
import { api, bodyOf, writeHeaders } from "@/api/client";

export interface Scale {
  camera: string | null;
  mm_per_pixel: number;
  reason: string;
}

export function useCameras(dataset_id: Ref<string>) {
  return useQuery({
    queryKey: ["cameras", dataset_id],
    queryFn: async () => {
      const params = { path: { dataset_id: dataset_id.value } };
      const { items } = await bodyOf(api.GET("/v1/datasets/{dataset_id}/facets", { params }));
      return items.find(({ facet }) => facet === "camera")?.values.map(({ value }) => value) ?? [];
    },
  });
}

/** Sets a scale; calls `done` when the dataset shows it. */
export function useSetScale(done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ dataset_id, body }: { dataset_id: string; body: Scale }) => {
      const path = { dataset_id };
      const { version } = await bodyOf(
        api.POST("/v1/datasets/{dataset_id}/scales", { params: { path, header: writeHeaders() }, body }),
      );
      await bodyOf(api.GET("/v1/datasets/{dataset_id}", { params: { path, query: { min_version: version } } }));
      await client.invalidateQueries({ queryKey: ["datasets"] });
    },
    onSuccess: done,
  });
}
