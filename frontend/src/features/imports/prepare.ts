// Joins the entries of a plan with the digests of their files: what is sent, and what is not and why. Pure.
import type { ImportEntry } from "@/api/types";
import type { Digests, FileDigest } from "./digests";

export interface Rejected {
  file: string;
  reason: string;
}

/** A file to send: a picture, or the mask of one. */
export interface Sendable extends FileDigest {
  path: string;
  media_type: string;
}

export interface PreparedImage extends Sendable {
  entry: ImportEntry;
}

export interface Prepared {
  images: PreparedImage[];
  masks: Sendable[];
  /** Files with the bytes of another one, which the source judges differently or puts into another split. */
  copies: Rejected[];
  rejected: Rejected[];
}

export function masksOf({ defects }: ImportEntry): string[] {
  return defects.flatMap(({ mask }) => (mask && "path" in mask ? [mask.path] : []));
}

/** Return the paths that the items need: pictures first, then masks, each once. */
export function pathsOf(items: readonly ImportEntry[]): string[] {
  return [...new Set([...items.map(({ path }) => path), ...items.flatMap(masksOf)])];
}

export function prepare(items: readonly ImportEntry[], digests: Digests): Prepared {
  const prepared: Prepared = { images: [], masks: [], copies: [], rejected: [] };
  const first = new Map<string, ImportEntry>();
  const masks = new Map<string, Sendable>();
  for (const entry of items) {
    const file = sendable(entry.path, digests);
    const wrong = "reason" in file ? [file] : masksOf(entry).flatMap((path) => addMask(path, digests, masks));
    if (wrong.length || "reason" in file) {
      prepared.rejected.push(...wrong.map(({ reason }) => ({ file: entry.path, reason })));
      continue;
    }
    const other = first.get(file.digest);
    if (other) prepared.copies.push(...contradiction(entry, other));
    else prepared.images.push({ ...file, entry });
    first.set(file.digest, other ?? entry);
  }
  return { ...prepared, masks: [...masks.values()] };
}

function addMask(path: string, digests: Digests, masks: Map<string, Sendable>): Rejected[] {
  const mask = sendable(path, digests);
  if ("reason" in mask) return [{ file: path, reason: `mask ${path} ${mask.reason}` }];
  masks.set(path, mask);
  return [];
}

function sendable(path: string, digests: Digests): Sendable | Rejected {
  const file = digests.get(path);
  if (!file) return { file: path, reason: "is not in the source" };
  if (file instanceof Error) return { file: path, reason: `cannot be read: ${file.message}` };
  const { media_type } = file;
  if (!media_type) return { file: path, reason: "is no PNG, JPEG, TIFF, BMP, WebP, GIF, PPM, AVIF or JPEG 2000" };
  return { ...file, path, media_type };
}

function contradiction(entry: ImportEntry, other: ImportEntry): Rejected[] {
  const said = (one: ImportEntry) => one.verdict ?? "nothing";
  if (entry.verdict !== other.verdict)
    return [{ file: entry.path, reason: `same bytes as ${other.path}, which says ${said(other)}, not ${said(entry)}` }];
  if (entry.split !== other.split)
    return [{ file: entry.path, reason: `same bytes as ${other.path}, which is in another split` }];
  return [];
}
