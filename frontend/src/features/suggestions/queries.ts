// The gain of each policy of suggestions, and the command that sets a project's mix.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { api, bodyOf, writeHeaders } from "@/api/client";
import type { SuggestionMix } from "@/api/types";

export function useGains(dataset_id: MaybeRefOrGetter<string>) {
  const id = computed(() => toValue(dataset_id));
  return useQuery({
    queryKey: ["datasets", id, "gain"],
    queryFn: () =>
      bodyOf(api.GET("/v1/datasets/{dataset_id}/suggestions/gain", { params: { path: { dataset_id: id.value } } })),
  });
}

/** Sets the mix of a project; then waits until the rows show it, and calls `done`. */
export function useMix(project_id: string, done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (mix: SuggestionMix) => {
      const { version } = await bodyOf(
        api.PUT("/v1/projects/{project_id}/suggestion-mix", {
          params: { path: { project_id }, header: writeHeaders() },
          body: mix,
        }),
      );
      const params = { path: { project_id }, query: { min_version: version } };
      await bodyOf(api.GET("/v1/projects/{project_id}", { params }));
      await client.invalidateQueries({ queryKey: ["projects"] });
    },
    onSuccess: done,
  });
}
