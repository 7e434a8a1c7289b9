// Checks the data health of a dataset, in as many requests as it takes.
import { api, bodyOf, writeHeaders } from "@/api/client";
import type { DatasetHealth } from "@/api/types";

export async function checkHealth(dataset_id: string): Promise<DatasetHealth> {
  let cursor: string | undefined;
  for (;;) {
    const found = await bodyOf(
      api.POST("/v1/datasets/{dataset_id}/health", {
        params: { path: { dataset_id }, header: writeHeaders() },
        body: cursor ? { cursor } : {},
      }),
    );
    if (!found.next_cursor) return found;
    cursor = found.next_cursor;
  }
}

/** Pictures by what is odd about them, in the order of their first. */
export function byOddity(pictures: DatasetHealth["pictures"]): [string, DatasetHealth["pictures"]][] {
  const groups = new Map<string, DatasetHealth["pictures"]>();
  for (const picture of pictures) groups.set(picture.oddity, [...(groups.get(picture.oddity) ?? []), picture]);
  return [...groups];
}
