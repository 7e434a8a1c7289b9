// Reads what a person chose: its files, and the text of its annotation files, within the limits.
import type { ReadSource } from "./importState";
import { excessOf, LIMITS, OverLimit } from "./limits";
import { archiveIn, type PlacedFile, sourceOf } from "./source";
import { readTexts } from "./texts";

/** Throws OverLimit, BadArchive and UnreadableText. The reader of archives is loaded for an archive only. */
export async function readSource(placed: readonly PlacedFile[]): Promise<ReadSource> {
  const archive = archiveIn(placed);
  const source = archive ? await (await import("./zip")).zipSource(archive) : sourceOf(placed);
  const { texts, bytes } = await readTexts(source.files, LIMITS.text_bytes);
  const excess = excessOf(source, bytes);
  if (excess) throw new OverLimit(excess, source.files.length, bytes);
  return { ...source, texts };
}
