// An image after a command of this browser was saved. Pure.
import type { Image } from "@/api/types";
import { imageAfter, type PendingCommand } from "@/features/outbox/pendingCommand";

/** Return the image as the server has it after the command was saved as `version`. */
export function savedAs(image: Image, command: PendingCommand, version: number, by: string, at: string): Image {
  const next = imageAfter(image, command);
  if (command.kind === "split") return next;
  const judgement =
    command.kind === "annotate" && command.annotations.find(({ image_id }) => image_id === image.image_id);
  if (!judgement) return { ...next, revision: version };
  const { reason, seconds_spent, suggestion_id } = judgement;
  const label_book_revision = image.annotation?.label_book_revision ?? 0;
  return {
    ...next,
    revision: version,
    annotation: {
      by,
      at,
      version,
      reason,
      seconds_spent,
      suggestion_id,
      label_book_revision,
      review: null,
      mask_urls: [],
    },
  };
}
