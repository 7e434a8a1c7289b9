// Joins the entries of a plan with the digests of their files: what is sent, and what is not and why. Pure.
import type { ImportEntry, ImportFaultPart } from "@/api/types";
import type { Correction } from "./corrections";
import type { Digests, FileDigest } from "./digests";
import type { Reason } from "./planTexts";

export interface Rejected {
  file: string;
  reason: Reason;
}

/** The code of the reason why a file cannot be sent. */
interface Unsendable {
  reason: ImportFaultPart;
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
  /** Capture conditions of known images that the source gives otherwise. */
  corrections: Correction[];
}

export function masksOf({ defects }: ImportEntry): string[] {
  return defects.flatMap(({ mask }) => (mask && "path" in mask ? [mask.path] : []));
}

/** Return the paths that the items need: pictures first, then masks, each once. */
export function pathsOf(items: readonly ImportEntry[]): string[] {
  return [...new Set([...items.map(({ path }) => path), ...items.flatMap(masksOf)])];
}

/** Return the fields of the capture conditions that a source gives, with the number of images of each. */
export function conditionsOf(items: readonly ImportEntry[]): [field: string, images: number][] {
  const counted = new Map<string, number>();
  for (const field of items.flatMap(({ capture }) => Object.keys(capture)))
    counted.set(field, (counted.get(field) ?? 0) + 1);
  return [...counted];
}

export function prepare(items: readonly ImportEntry[], digests: Digests): Prepared {
  const prepared: Prepared = { images: [], masks: [], copies: [], rejected: [], corrections: [] };
  const first = new Map<string, ImportEntry>();
  const masks = new Map<string, Sendable>();
  for (const entry of items) {
    const file = sendable(entry.path, digests);
    if ("reason" in file) {
      prepared.rejected.push({ file: entry.path, reason: [file.reason] });
      continue;
    }
    const wrong = masksOf(entry).flatMap((path) => addMask(path, digests, masks));
    if (wrong.length) {
      prepared.rejected.push(...wrong.map((reason) => ({ file: entry.path, reason })));
      continue;
    }
    const other = first.get(file.digest);
    if (other) prepared.copies.push(...contradiction(entry, other));
    else prepared.images.push({ ...file, entry });
    first.set(file.digest, other ?? entry);
  }
  return { ...prepared, masks: [...masks.values()] };
}

function addMask(path: string, digests: Digests, masks: Map<string, Sendable>): ImportFaultPart[][] {
  const mask = sendable(path, digests);
  if ("reason" in mask) return [[{ code: "in_mask", parameters: { path } }, mask.reason]];
  masks.set(path, mask);
  return [];
}

const KINDS = "PNG, JPEG, TIFF, BMP, WebP, GIF, PPM, AVIF, JPEG 2000";

function sendable(path: string, digests: Digests): Sendable | Unsendable {
  const file = digests.get(path);
  const unsendable = (code: string, parameters = {}) => ({ reason: { code, parameters } });
  if (!file) return unsendable("not_given");
  if (file instanceof Error) return unsendable("unreadable", { error: file.message });
  const { media_type } = file;
  if (!media_type) return unsendable("no_picture", { kinds: KINDS });
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
