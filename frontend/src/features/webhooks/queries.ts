// Queries and commands of webhooks.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { toValue, type MaybeRefOrGetter } from "vue";
import { api, bodyOf, writeHeaders } from "@/api/client";
import type { NewWebhook, WebhookChange } from "@/api/types";

const LOOK_MS = 2000;
const COUNTS_MS = 10_000;
const WEBHOOK = "/v1/projects/{project_id}/webhooks/{webhook_id}";

export function useWebhooks(project_id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ["webhooks", project_id],
    queryFn: () =>
      bodyOf(api.GET("/v1/projects/{project_id}/webhooks", { params: { path: { project_id: toValue(project_id) } } })),
    refetchInterval: COUNTS_MS,
  });
}

/** The messages of a webhook, looked at again while they are shown. */
export function useDeliveries(project_id: string, webhook_id: string) {
  return useQuery({
    queryKey: ["deliveries", project_id, webhook_id],
    queryFn: () =>
      bodyOf(api.GET(`${WEBHOOK}/deliveries`, { params: { path: { project_id, webhook_id }, query: { limit: 50 } } })),
    refetchInterval: LOOK_MS,
  });
}

/** The secret is in this answer only. */
export function useAddWebhook(project_id: string) {
  return useChange(async (body: NewWebhook) => {
    const added = await bodyOf(
      api.POST("/v1/projects/{project_id}/webhooks", {
        params: { path: { project_id }, header: writeHeaders() },
        body,
      }),
    );
    await seen(project_id, added.version);
    return added;
  });
}

export function useChangeWebhook(project_id: string) {
  return useChange(async ({ webhook_id, ...body }: WebhookChange & { webhook_id: string }) => {
    const params = { path: { project_id, webhook_id }, header: writeHeaders() };
    await seen(project_id, (await bodyOf(api.PUT(WEBHOOK, { params, body }))).version);
  });
}

export function useRemoveWebhook(project_id: string) {
  return useChange(async ({ webhook_id, reason }: { webhook_id: string; reason: string }) => {
    const params = { path: { project_id, webhook_id }, header: writeHeaders() };
    await seen(project_id, (await bodyOf(api.POST(`${WEBHOOK}/removal`, { params, body: { reason } }))).version);
  });
}

export function useTestWebhook(project_id: string) {
  return useChange((webhook_id: string) =>
    bodyOf(api.POST(`${WEBHOOK}/tests`, { params: { path: { project_id, webhook_id }, header: writeHeaders() } })),
  );
}

export function useRetryDelivery(project_id: string, webhook_id: string) {
  return useChange((delivery_id: number) =>
    bodyOf(
      api.POST(`${WEBHOOK}/deliveries/{delivery_id}/retry`, {
        params: { path: { project_id, webhook_id, delivery_id }, header: writeHeaders() },
      }),
    ),
  );
}

/** Wait until the rows show the change. */
const seen = (project_id: string, min_version: number) =>
  bodyOf(api.GET("/v1/projects/{project_id}/webhooks", { params: { path: { project_id }, query: { min_version } } }));

function useChange<V, T>(mutationFn: (given: V) => Promise<T>) {
  const client = useQueryClient();
  const onSettled = () =>
    Promise.all(["webhooks", "deliveries"].map((one) => client.invalidateQueries({ queryKey: [one] })));
  return useMutation({ mutationFn, onSettled });
}
