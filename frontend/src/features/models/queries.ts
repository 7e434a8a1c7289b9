// Queries and commands of the models of a dataset, and of the one in production.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, ref, toValue } from "vue";
import { api, bodyOf, pagesOf, writeHeaders } from "@/api/client";
import type { Accepted, Model, ModelFormat } from "@/api/types";
import type { StageAct } from "./stages";

const LIVE_MS = 1000;
const POLL_MS = 10_000;
const PAGE = 200;

/** The models of the dataset, newest first. */
export function useModels(dataset_id: MaybeRefOrGetter<string>, project_id: MaybeRefOrGetter<string | undefined>) {
  return useQuery({
    queryKey: ["models", computed(() => toValue(dataset_id)), computed(() => toValue(project_id))],
    queryFn: async (): Promise<Model[]> => {
      const { items } = await pagesOf((cursor) =>
        bodyOf(api.GET("/v1/models", { params: { query: { project_id: toValue(project_id), limit: PAGE, cursor } } })),
      );
      return items.filter((model) => model.dataset_id === toValue(dataset_id));
    },
    enabled: () => Boolean(toValue(project_id)),
    refetchInterval: POLL_MS,
  });
}

/** The model in production, and all changes of stage. */
export function useProduction(dataset_id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ["production", computed(() => toValue(dataset_id))],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/production", { params: { path: { dataset_id: toValue(dataset_id) } } }),
      ),
    refetchInterval: POLL_MS,
  });
}

/** The lines that the images of a dataset come from, with the number of images of each. */
export function useLines(dataset_id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ["lines", computed(() => toValue(dataset_id))],
    queryFn: async () => {
      const params = { path: { dataset_id: toValue(dataset_id) } };
      const { items } = await bodyOf(api.GET("/v1/datasets/{dataset_id}/facets", { params }));
      return items.find(({ facet }) => facet === "line")?.values ?? [];
    },
  });
}

export interface StageChangeRequest {
  act: StageAct;
  reason: string;
  override_reason: string;
}

function send({ model_id, dataset_id }: Model, { act, reason, override_reason }: StageChangeRequest) {
  const of_model = { path: { model_id }, header: writeHeaders() };
  switch (act) {
    case "promote":
    case "demote": {
      const stage = act === "promote" ? "production" : "candidate";
      const body = { stage, reason, override_reason } as const;
      return bodyOf(api.POST("/v1/models/{model_id}/promotion", { params: of_model, body }));
    }
    case "roll_back": {
      const params = { path: { dataset_id }, header: writeHeaders() };
      return bodyOf(api.POST("/v1/datasets/{dataset_id}/production/rollback", { params, body: { model_id, reason } }));
    }
    case "retire":
      return bodyOf(api.POST("/v1/models/{model_id}/retirement", { params: of_model, body: { reason } }));
  }
}

export interface ChosenThreshold {
  threshold: number;
  /** Where the grey zone begins; null: there is none. */
  grey_from: number | null;
  reason: string;
}

/** Each command waits until the rows show its result; a change of stage or threshold then calls `done`. */
export function useModelVerbs(model: () => Model, done: () => void) {
  const client = useQueryClient();
  async function shown({ version }: Accepted): Promise<void> {
    const params = { path: { model_id: model().model_id }, query: { min_version: version } };
    await bodyOf(api.GET("/v1/models/{model_id}", { params }));
    await Promise.all(["models", "production"].map((one) => client.invalidateQueries({ queryKey: [one] })));
  }
  const compare = useMutation({
    mutationFn: async () => {
      const params = { path: { model_id: model().model_id }, header: writeHeaders() };
      return shown(await bodyOf(api.POST("/v1/models/{model_id}/gates", { params })));
    },
  });
  const change = useMutation({
    mutationFn: async (wanted: StageChangeRequest) => shown(await send(model(), wanted)),
    onSuccess: done,
  });
  const choose = useMutation({
    mutationFn: async (body: ChosenThreshold) => {
      const params = { path: { model_id: model().model_id }, header: writeHeaders() };
      return shown(await bodyOf(api.POST("/v1/models/{model_id}/threshold", { params, body })));
    },
    onSuccess: done,
  });
  return { compare, change, choose };
}

/** Asks for the files of a model, and follows their making. */
export function useModelExport(model_id: string) {
  const export_id = ref("");
  const asked = useMutation({
    mutationFn: (format: ModelFormat) =>
      bodyOf(
        api.POST("/v1/models/{model_id}/exports", {
          params: { path: { model_id }, header: writeHeaders() },
          body: { format },
        }),
      ),
    onSuccess: (answer) => (export_id.value = answer.export_id),
  });
  const client = useQueryClient();
  const made = useQuery({
    queryKey: ["model export", model_id, export_id],
    queryFn: async () => {
      const found = await bodyOf(
        api.GET("/v1/models/{model_id}/exports/{export_id}", {
          params: { path: { model_id, export_id: export_id.value } },
        }),
      );
      if (found.state === "done") void client.invalidateQueries({ queryKey: ["model exports", model_id] });
      return found;
    },
    enabled: () => export_id.value !== "",
    refetchInterval: ({ state }) => (state.data && state.data.state !== "making" ? false : LIVE_MS),
  });
  return { asked, made, again: () => (export_id.value = "") };
}
