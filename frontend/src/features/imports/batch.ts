// The batch of an import. An import that goes on after a reload keeps it, so that one undo takes the whole back.

const placeOf = (dataset_id: string, source: string) => `kenpin.import ${dataset_id} ${source}`;

/** Return the batch of the unfinished import of this source, or a new one. */
export function openBatch(dataset_id: string, source: string): string {
  const place = placeOf(dataset_id, source);
  const batch = sessionStorage.getItem(place) ?? newBatch();
  sessionStorage.setItem(place, batch);
  return batch;
}

/** The import is finished: the next one of this source has a batch of its own. */
export function closeBatch(dataset_id: string, source: string): void {
  sessionStorage.removeItem(placeOf(dataset_id, source));
}

function newBatch(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  return `import-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
