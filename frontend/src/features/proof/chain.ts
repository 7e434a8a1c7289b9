// Hashes history again in the browser, as docs/guides/audit.md states it, without trust in the server.
export interface StoredCommit {
  first: number;
  count: number;
  hash: string;
  meta: string;
  body: string;
}
export interface Head {
  stream: string;
  version: number;
  hash: string;
}

export const text = new TextEncoder();

export async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The hash before the first commit, bound to tenant and stream. */
export function genesis(tenant: string, stream: string): Promise<Uint8Array> {
  return sha256(text.encode(`kenpin\0${tenant}\0${stream}`));
}

/** sha256(before ‖ first:int64 ‖ count:int32 ‖ sha256(meta) ‖ sha256(body)), integers big-endian. */
export async function next(before: Uint8Array, commit: StoredCommit): Promise<Uint8Array> {
  const numbers = new DataView(new ArrayBuffer(12));
  numbers.setBigUint64(0, BigInt(commit.first));
  numbers.setUint32(8, commit.count);
  const [meta, body] = await Promise.all([sha256(text.encode(commit.meta)), sha256(text.encode(commit.body))]);
  return sha256(before, new Uint8Array(numbers.buffer), meta, body);
}

/** Return the first changed version; null when none is. `onProgress` is called with the number of hashed events. */
export async function firstBreak(
  head: Head,
  tenant: string,
  commits: AsyncIterable<StoredCommit>,
  onProgress: (events: number) => void,
): Promise<number | null> {
  let [at, hash] = [0, await genesis(tenant, head.stream)];
  for await (const commit of commits) {
    if (at >= head.version) break;
    hash = await next(hash, commit);
    if (commit.first !== at + 1 || hex(hash) !== commit.hash) return at + 1;
    at += commit.count;
    onProgress(commit.count);
  }
  return at === head.version && hex(hash) === head.hash ? null : at + 1;
}
