// The cameras of a dataset, the newest picture of one, and the commands that set or remove its window or scale.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import type { Ref } from "vue";
import { api, bodyOf, writeHeaders } from "@/api/client";

/** The camera that a dialog sets something for; null: every camera of the dataset without a setting of its own. */
export interface CameraOf {
  dataset_id: string;
  camera: string | null;
}

/** What is set for cameras. */
export type Setting = "window" | "scale";

export interface Scale {
  camera: string | null;
  mm_per_pixel: number;
  reason: string;
}

export interface Window {
  camera: string | null;
  low: number;
  high: number;
  reason: string;
}

export interface Removal {
  camera: string | null;
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

/** Return the newest image of a camera, or of the dataset; null where there is none. */
export function useNewestImage(of: Ref<CameraOf>) {
  return useQuery({
    queryKey: ["newest-image", of],
    queryFn: async () => {
      const { dataset_id, camera } = of.value;
      const query = { order: "newest", limit: 1, ...(camera ? { camera } : {}) } as const;
      const found = await bodyOf(
        api.GET("/v1/datasets/{dataset_id}/images", { params: { path: { dataset_id }, query } }),
      );
      return found.items[0] ?? null;
    },
  });
}

type Written = Promise<{ version: number }>;

/** Change a dataset; calls `done` when the dataset shows it. */
function useChange<Body>(write: (dataset_id: string, body: Body) => Written, done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ dataset_id, body }: { dataset_id: string; body: Body }) => {
      const { version } = await write(dataset_id, body);
      const params = { path: { dataset_id }, query: { min_version: version } };
      await bodyOf(api.GET("/v1/datasets/{dataset_id}", { params }));
      await client.invalidateQueries({ queryKey: ["datasets"] });
    },
    onSuccess: done,
  });
}

const params = (dataset_id: string) => ({ path: { dataset_id }, header: writeHeaders() });

export const useSetScale = (done: () => void) =>
  useChange(
    (id, body: Scale) => bodyOf(api.POST("/v1/datasets/{dataset_id}/scales", { params: params(id), body })),
    done,
  );

export const useSetWindow = (done: () => void) =>
  useChange(
    (id, body: Window) => bodyOf(api.POST("/v1/datasets/{dataset_id}/windows", { params: params(id), body })),
    done,
  );

export const useRemoveSetting = (setting: Setting, done: () => void) =>
  useChange(
    (id, body: Removal) =>
      bodyOf(api.POST(`/v1/datasets/{dataset_id}/${setting}-removals`, { params: params(id), body })),
    done,
  );
