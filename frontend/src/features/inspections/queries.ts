// Queries and commands of inspections: those of a dataset, the images of one, and the switch of the project.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { api, bodyOf, pagesOf, writeHeaders } from "@/api/client";
import type { ModelInspection, Project } from "@/api/types";

const LIVE_MS = 2000;
const POLL_MS = 10_000;
const NEWEST = 50;
const PAGE = 1000;
const MAPS = 100;

/** The newest inspections of the dataset; asked for often while one is at work. */
export function useInspections(dataset_id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ["inspections", computed(() => toValue(dataset_id))],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/inspections", {
          params: { path: { dataset_id: toValue(dataset_id) }, query: { limit: NEWEST } },
        }),
      ),
    refetchInterval: ({ state }) => (state.data?.items.some(({ state }) => state === "working") ? LIVE_MS : POLL_MS),
  });
}

/** All images of an inspection, surest NG first. */
export function useInspectedImages({ model_id, inspection_id }: ModelInspection) {
  return useQuery({
    queryKey: ["inspected", model_id, inspection_id],
    queryFn: () =>
      pagesOf((cursor) =>
        bodyOf(
          api.GET("/v1/models/{model_id}/inspections/{inspection_id}/predictions", {
            params: { path: { model_id, inspection_id }, query: { limit: PAGE, cursor } },
          }),
        ),
      ),
    staleTime: Infinity,
  });
}

/** Heatmaps of the surest NG images, by image; maps are large. */
export function useInspectedMaps({ model_id, inspection_id }: ModelInspection, enabled: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: ["inspected", "maps", model_id, inspection_id],
    queryFn: async () => {
      const params = { path: { model_id, inspection_id }, query: { maps: true, limit: MAPS } };
      const { items } = await bodyOf(
        api.GET("/v1/models/{model_id}/inspections/{inspection_id}/predictions", { params }),
      );
      return new Map(items.map((one) => [one.image_id, one]));
    },
    enabled,
    staleTime: Infinity,
  });
}

export function useInspectionVerbs() {
  const client = useQueryClient();
  const refresh = (key: string) => client.invalidateQueries({ queryKey: [key] });
  const inspect = useMutation({
    mutationFn: (model_id: string) =>
      bodyOf(
        api.POST("/v1/models/{model_id}/inspections", {
          params: { path: { model_id }, header: writeHeaders() },
          body: { image_ids: [] },
        }),
      ),
    onSuccess: () => refresh("inspections"),
  });
  const turn = useMutation({
    mutationFn: async ({ project_id, automatic_inspection }: Project) => {
      const params = { path: { project_id }, header: writeHeaders() };
      const body = { is_on: !automatic_inspection, reason: "" };
      const { version } = await bodyOf(api.PUT("/v1/projects/{project_id}/automatic-inspection", { params, body }));
      const shown = { path: { project_id }, query: { min_version: version } };
      await bodyOf(api.GET("/v1/projects/{project_id}", { params: shown }));
    },
    onSuccess: () => refresh("projects"),
  });
  return { inspect, turn };
}
