// Reads a zip archive in the browser as a source: members by their paths, unpacked one at a time.
import {
  BlobReader,
  BlobWriter,
  type Entry as Member,
  type FileEntry,
  ZipReader,
} from "@zip.js/zip.js/lib/zip-core-external.js";
import { BadArchive, type PassedOver, type Source, type SourceFile } from "./source";

const MEGABYTE = 1024 ** 2;
/** Bytes up to which a member may be packed at any ratio. */
const SMALL_BYTES = 16 * MEGABYTE;
const MOST_RATIO = 200;
const EXAMPLES = 5;
const ENCRYPTED = "is encrypted; unpack it first";

export async function zipSource(file: File): Promise<Source> {
  const reader = new ZipReader(new BlobReader(file), {
    useWebWorkers: false,
    decodeText,
    filenameValidation: "tolerant",
  });
  const members = await reader.getEntries().catch((error: unknown) => {
    throw new BadArchive(error instanceof Error ? error.message : String(error));
  });
  const files = new Map<string, SourceFile>();
  const passed = new Map<string, PassedOver>();
  for (const member of members) {
    if (member.directory) continue;
    const path = member.filename.replaceAll("\\", "/").replace(/^\.\//, "");
    const why = reasonToPass(member, path) || (files.has(path) ? "a second file of the same path" : "");
    if (why) note(passed, path, why);
    else files.set(path, { path, size: member.uncompressedSize, read: () => unpacked(member) });
  }
  if (!files.size && passed.has(ENCRYPTED)) throw new BadArchive(ENCRYPTED);
  return { name: file.name, files: [...files.values()], passed_over: [...passed.values()] };
}

/** Windows writes Shift-JIS names without saying so. */
export function decodeText(value: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(value);
  } catch {
    return new TextDecoder("shift_jis").decode(value);
  }
}

export function reasonToPass(
  member: Pick<Member, "encrypted" | "uncompressedSize" | "compressedSize">,
  path: string,
): string {
  const outside = path.startsWith("/") || path.split("/").includes("..") || /^[A-Za-z]:/.test(path);
  if (outside) return "its path leads outside of the archive";
  if (member.encrypted) return ENCRYPTED;
  const bomb = member.uncompressedSize > Math.max(SMALL_BYTES, MOST_RATIO * member.compressedSize);
  return bomb ? `packed more than ${MOST_RATIO} times (a zip bomb)` : "";
}

async function unpacked(member: FileEntry): Promise<Blob> {
  return member.getData(new BlobWriter(), { useWebWorkers: false, checkSignature: true });
}

function note(passed: Map<string, PassedOver>, path: string, why: string): void {
  const one = passed.get(why) ?? { why, files: 0, examples: [] };
  one.files += 1;
  if (one.examples.length < EXAMPLES) one.examples.push(path);
  passed.set(why, one);
}
