// Capture conditions that a source gives otherwise than the dataset has them: what is corrected, and to what. Pure.
import type { Capture, Image } from "@/api/types";
import type { PreparedImage } from "./prepare";

type Field = keyof Capture;

export interface ChangedField {
  field: Field;
  stored: string | null;
  given: string;
}

export interface Correction {
  digest: string;
  path: string;
  changed: ChangedField[];
  /** The whole capture condition after the correction. */
  capture: Capture;
}

/** Return the digests of the images that the source gives capture conditions for. */
export const withCapture = (images: readonly PreparedImage[]): string[] =>
  images.filter(({ entry }) => Object.keys(entry.capture).length).map(({ digest }) => digest);

/** Return what the source corrects of the images that the dataset has. What it does not give stays. */
export function correctionsOf(images: readonly PreparedImage[], stored: readonly Image[]): Correction[] {
  const known = new Map(stored.map(({ image_id, capture }) => [image_id, capture]));
  return images.flatMap(({ digest, path, entry }) => {
    const capture = known.get(digest);
    const changed = capture ? changedFields(entry.capture, capture) : [];
    return changed.length ? [{ digest, path, changed, capture: { ...capture, ...entry.capture } }] : [];
  });
}

function changedFields(given: Record<string, string>, stored: Capture): ChangedField[] {
  return Object.entries(given)
    .map(([field, value]) => ({ field: field as Field, stored: stored[field as Field] ?? null, given: value }))
    .filter((one) => one.given !== one.stored);
}
