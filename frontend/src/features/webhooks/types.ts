// The types of messages that a webhook can be told, in the order in which they are offered.
import type { NewWebhook } from "@/api/types";

export type WebhookType = NewWebhook["types"][number];

const OFFERED: Record<WebhookType, true> = {
  "run.ended": true,
  "gate.failed": true,
  "model.promoted": true,
  "model.rolled_back": true,
  "model.retired": true,
  "inspection.ended": true,
  "images.inspected": true,
  "intake.rejected": true,
  "images.suggested": true,
  "readjudication.requested": true,
  "field_return.reported": true,
  "version.tagged": true,
};
export const WEBHOOK_TYPES = Object.keys(OFFERED) as WebhookType[];

/** The key of the text of a type; a dot would part it. */
export const textOf = (type: string): string => `webhooks.type.${type.replace(".", "_")}`;
