// The digests of files, made in a worker so that the page stays quick.
import type { SourceFile } from "./source";

const AT_ONCE = 2;
const HEAD_BYTES = 32;

export interface FileDigest {
  digest: string;
  size: number;
  /** By the first bytes, never by the name; null for what is no picture. */
  media_type: string | null;
}

/** The digest of each file by its path; an Error for a file that cannot be read. */
export type Digests = Map<string, FileDigest | Error>;
export type Digester = (blob: Blob) => Promise<FileDigest>;

export async function digestOf(blob: Blob): Promise<FileDigest> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const digest = Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { digest, size: bytes.length, media_type: mediaTypeOf(bytes.subarray(0, HEAD_BYTES)) };
}

const SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^\x89PNG\r\n\x1a\n/, "image/png"],
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^(II[*+]\0|MM\0[*+])/, "image/tiff"],
  [/^BM/, "image/bmp"],
  [/^RIFF[^]{4}WEBP/, "image/webp"],
  [/^GIF8[79]a/, "image/gif"],
  [/^P[1-6]/, "image/x-portable-anymap"],
  [/^[^]{4}ftyp[^]*avi[fs]/, "image/avif"],
  [/^(\xff\x4f\xff\x51|\0\0\0\x0cjP {2}\r\n\x87\n)/, "image/jp2"],
];

/** The kinds are those of kenpin/pictures/kinds.py. */
export function mediaTypeOf(head: Uint8Array): string | null {
  const text = String.fromCharCode(...head);
  return SIGNATURES.find(([signature]) => signature.test(text))?.[1] ?? null;
}

/** Digest the files that `known` lacks, and add them to it. Ends early when the signal is aborted. */
export async function digestAll(
  files: readonly SourceFile[],
  known: Digests,
  digester: Digester,
  onFile: () => void,
  signal: AbortSignal,
): Promise<void> {
  const open = files.filter(({ path }) => !known.has(path)).values();
  async function work(): Promise<void> {
    for (const file of open) {
      if (signal.aborted) return;
      known.set(
        file.path,
        await file
          .read()
          .then(digester)
          .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
      );
      onFile();
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

interface Waiting {
  resolve: (digest: FileDigest) => void;
  reject: (error: Error) => void;
}

/** Start the worker. `stop` ends it. */
export function startDigester(): { digester: Digester; stop: () => void } {
  const worker = new Worker(new URL("./digest.worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, Waiting>();
  let last = 0;
  worker.addEventListener("message", ({ data }: MessageEvent<FileDigest & { id: number; error?: string }>) => {
    const { id, error, ...digest } = data;
    const one = waiting.get(id);
    waiting.delete(id);
    if (error) one?.reject(new Error(error));
    else one?.resolve(digest);
  });
  const digester: Digester = (blob) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      worker.postMessage({ id: last, blob });
    });
  return { digester, stop: () => worker.terminate() };
}
