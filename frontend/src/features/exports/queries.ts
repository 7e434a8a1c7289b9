// Queries and commands of exports. An export that is being made is loaded every second.
import { useMutation, useQuery } from "@tanstack/vue-query";
import { type Ref, ref } from "vue";
import { api, bodyOf, writeHeaders } from "@/api/client";
import type { ExportPlan, NewExport } from "@/api/types";
import { FACETS, type Filter } from "@/features/gallery/filter";

const LIVE_MS = 1000;

/** The filters of the gallery that an export takes. */
export function filtersOf(filter: Filter): Partial<NewExport> {
  const facets = ([...FACETS, "name", "review", "among"] as const)
    .filter((facet) => filter[facet])
    .map((facet) => [facet, filter[facet]]);
  return { ...Object.fromEntries(facets), ...(filter.excluded ? { excluded: true } : {}) } as Partial<NewExport>;
}

export function useExportPlan(dataset_id: string, filter: Filter) {
  return useQuery({
    queryKey: ["export plan", dataset_id, filter],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/exports/plan", {
          params: { path: { dataset_id }, query: { ...filtersOf(filter), as_of: filter.as_of } },
        }),
      ),
    staleTime: 0,
  });
}

/** Asks for an export of the version that the plan counted, and follows it. */
export function useExport(dataset_id: string, filter: Filter, plan: Ref<ExportPlan | undefined>) {
  const export_id = ref("");
  const asked = useMutation({
    mutationFn: (wanted: Pick<NewExport, "format" | "images">) =>
      bodyOf(
        api.POST("/v1/datasets/{dataset_id}/exports", {
          params: { path: { dataset_id }, header: writeHeaders() },
          body: { ...filtersOf(filter), ...wanted, as_of: String(plan.value?.version) } as NewExport,
        }),
      ),
    onSuccess: (answer) => (export_id.value = answer.export_id),
  });
  const made = useQuery({
    queryKey: ["export", dataset_id, export_id],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/exports/{export_id}", {
          params: { path: { dataset_id, export_id: export_id.value } },
        }),
      ),
    enabled: () => export_id.value !== "",
    refetchInterval: ({ state }) => (state.data && state.data.state !== "making" ? false : LIVE_MS),
  });
  return { asked, made, again: () => (export_id.value = "") };
}
