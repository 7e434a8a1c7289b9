// The rounds of judging of a dataset, and the number of labels that its newest run doubts.
import { useQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { api, bodyOf } from "@/api/client";
import { useRunsOf } from "@/features/runs/queries";

const MOST_DOUBTFUL = 200;

export function useRounds(dataset_id: MaybeRefOrGetter<string>) {
  const id = computed(() => toValue(dataset_id));
  return useQuery({
    queryKey: ["datasets", id, "rounds"],
    queryFn: () => bodyOf(api.GET("/v1/datasets/{dataset_id}/rounds", { params: { path: { dataset_id: id.value } } })),
  });
}

/** The newest run that scored the dataset, and the number of its doubtful labels that nobody looked at since. */
export function useLabelsToReview(dataset_id: MaybeRefOrGetter<string>) {
  const runs = useRunsOf(dataset_id);
  const run_id = computed(() => runs.data.value?.items.find(({ predictions }) => predictions)?.run_id);
  const labels = useQuery({
    queryKey: ["label-review", "waiting", run_id],
    queryFn: async () => {
      const params = { path: { run_id: run_id.value! }, query: { limit: MOST_DOUBTFUL } };
      const { items } = await bodyOf(api.GET("/v1/runs/{run_id}/label-review", { params }));
      return items.filter(({ reasons, looked_at }) => reasons.length && !looked_at).length;
    },
    enabled: () => run_id.value !== undefined,
  });
  return { runs, run_id, labels };
}
