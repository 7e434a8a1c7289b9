// Plans a split of whole groups, and carries it out in as many requests as it takes.
import { api, bodyOf, writeHeaders } from "@/api/client";
import type { PlannedSplits, SplitResult, SplitRule } from "@/api/types";

export const planSplit = (dataset_id: string, rule: SplitRule): Promise<PlannedSplits> =>
  bodyOf(
    api.POST("/v1/datasets/{dataset_id}/splits/plan", {
      params: { path: { dataset_id }, header: writeHeaders() },
      body: rule,
    }),
  );

/** Carries out the plan as one batch; counts the images of all requests. */
export async function carryOutSplit(
  dataset_id: string,
  rule: SplitRule,
  version: number,
  onProgress: (images: number) => void,
): Promise<SplitResult> {
  const batch = `split-${crypto.randomUUID().slice(0, 8)}`;
  let images = 0;
  let cursor: string | undefined;
  for (;;) {
    const done = await bodyOf(
      api.POST("/v1/datasets/{dataset_id}/splits/execution", {
        params: { path: { dataset_id }, header: writeHeaders(undefined, batch) },
        body: { ...rule, version, ...(cursor ? { cursor } : {}) },
      }),
    );
    images += done.images;
    if (!done.next_cursor) return { ...done, images };
    cursor = done.next_cursor;
    onProgress(images);
  }
}

/** Return the number of images that come into another split. */
export const moved = ({ splits }: PlannedSplits): number =>
  Object.values(splits).reduce((sum, split) => sum + split.moved, 0);

/** Return the defect classes of all splits, sorted. */
export const classesOf = ({ splits }: PlannedSplits): string[] =>
  [...new Set(Object.values(splits).flatMap(({ classes }) => Object.keys(classes)))].sort();
