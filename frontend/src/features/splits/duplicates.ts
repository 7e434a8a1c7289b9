// Searches the near-duplicates of a dataset, in as many requests as it takes, and joins them into groups.
import { api, bodyOf, writeHeaders } from "@/api/client";
import type { DuplicatesFound, JoinedDuplicates } from "@/api/types";

export async function searchDuplicates(dataset_id: string): Promise<DuplicatesFound> {
  let cursor: string | undefined;
  for (;;) {
    const found = await bodyOf(
      api.POST("/v1/datasets/{dataset_id}/duplicates", {
        params: { path: { dataset_id }, header: writeHeaders() },
        body: cursor ? { cursor } : {},
      }),
    );
    if (!found.next_cursor) return found;
    cursor = found.next_cursor;
  }
}

/** Joins as one batch, so that it is undone as one. */
export const joinDuplicates = (dataset_id: string): Promise<JoinedDuplicates> =>
  bodyOf(
    api.POST("/v1/datasets/{dataset_id}/duplicates/groups", {
      params: {
        path: { dataset_id },
        header: writeHeaders(undefined, `join-${crypto.randomUUID().slice(0, 8)}`),
      },
    }),
  );
