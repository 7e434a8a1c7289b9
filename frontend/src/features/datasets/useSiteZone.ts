// Keeps the time zone of the site: that of the project on screen, or the one that all projects have.
import { computed, watchEffect } from "vue";
import { useRoute } from "vue-router";
import { setSiteZone } from "@/ui/siteZone";
import { useDatasets, useProjects } from "./queries";

export function useSiteZone(): void {
  const route = useRoute();
  const { data: datasets } = useDatasets();
  const { data: projects } = useProjects();
  const project_id = computed(
    () =>
      route.params["project_id"] ??
      datasets.value?.items.find(({ dataset_id }) => dataset_id === route.params["dataset_id"])?.project_id,
  );
  watchEffect(() => {
    const all = projects.value?.items ?? [];
    const own = all.find((one) => one.project_id === project_id.value);
    const zones = new Set(all.map(({ time_zone }) => time_zone));
    setSiteZone(own?.time_zone ?? (zones.size === 1 ? all[0]!.time_zone : undefined));
  });
}
