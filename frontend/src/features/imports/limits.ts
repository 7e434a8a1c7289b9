// The limits of an import in the browser, shown before anything is sent. `kenpin import` takes more.
import type { Source } from "./source";

export const LIMITS = {
  files: 10_000,
  /** Bytes of all annotation files together. */
  text_bytes: 4 * 1024 ** 2,
  /** Bytes of one picture, as long as KENPIN_MAX_PICTURE_BYTES does not say otherwise. The server checks them. */
  bytes: 1024 ** 3,
  /** Pixels of one picture, as long as KENPIN_MAX_PICTURE_PIXELS does not say otherwise. The server counts them. */
  pixels: 300_000_000,
} as const;

export type Excess = "empty" | "files" | "text_bytes";

/** Return the limit that the source exceeds as a whole, or null. */
export function excessOf(source: Source, text_bytes: number): Excess | null {
  if (!source.files.length) return "empty";
  if (source.files.length > LIMITS.files) return "files";
  return text_bytes > LIMITS.text_bytes ? "text_bytes" : null;
}

/** The source cannot be imported in the browser. */
export class OverLimit extends Error {
  constructor(
    readonly excess: Excess,
    readonly files: number,
    readonly text_bytes: number,
  ) {
    super(excess);
  }
}
