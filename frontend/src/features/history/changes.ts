// Previews an undo, and carries it out in as many requests as it takes.
import { api, writeHeaders, bodyOf } from "@/api/client";
import type { ImageUndone, UndoPreview, UndoResult } from "@/api/types";

/** What an undo covers: versions, a batch, an event, or everything after a version or tag. */
export type Change =
  { from_version: number; to_version: number } | { batch_id: string } | { event_id: string } | { return_to: string };

export interface Counts {
  back: number;
  stay: number;
  /** The number of images that go back, by respect. */
  respects: Partial<Record<ImageUndone["goes_back"][number]["respect"], number>>;
}

export function counted(items: readonly ImageUndone[]): Counts {
  const respects: Counts["respects"] = {};
  for (const { goes_back } of items)
    for (const { respect } of goes_back) respects[respect] = (respects[respect] ?? 0) + 1;
  return {
    back: items.filter(({ goes_back }) => goes_back.length).length,
    stay: items.filter(({ stays }) => stays.length).length,
    respects,
  };
}

export function preview(dataset_id: string, change: Change, limit: number): Promise<UndoPreview> {
  return bodyOf(
    api.GET("/v1/datasets/{dataset_id}/undos/preview", {
      params: { path: { dataset_id }, query: { ...change, limit } },
    }),
  );
}

export async function carryOut(
  dataset_id: string,
  change: Change,
  reason: string,
  onProgress: (images: number) => void,
): Promise<UndoResult> {
  let images = 0;
  let kept = 0;
  let again: { cursor?: string; undo_id?: string } = {};
  for (;;) {
    const done = await ask(dataset_id, change, { reason, ...again });
    images += done.images;
    kept += done.kept;
    if (!done.next_cursor) return { ...done, images, kept };
    onProgress(images);
    again = { cursor: done.next_cursor, undo_id: done.undo_id };
  }
}

function ask(
  dataset_id: string,
  change: Change,
  more: { reason: string; cursor?: string; undo_id?: string },
): Promise<UndoResult> {
  return bodyOf(
    api.POST("/v1/datasets/{dataset_id}/undos", {
      params: { path: { dataset_id }, header: writeHeaders() },
      body: { ...change, ...more },
    }),
  );
}
