// Compares the files of a plan by their digests. A file is read once, however often the plan is made anew.
import type { PlannedImport } from "@/api/types";
import { type Digests, digestAll, startDigester } from "./digests";
import type { ReadSource } from "./importState";
import { pathsOf, type Prepared, prepare } from "./prepare";

export interface Comparison {
  /** Return what is sent; null when it was stopped before. */
  compare(source: ReadSource, planned: PlannedImport, onFile: () => void): Promise<Prepared | null>;
  stop(): void;
}

export function newComparison(): Comparison {
  const digests: Digests = new Map();
  let running = new AbortController();

  async function compare(source: ReadSource, planned: PlannedImport, onFile: () => void): Promise<Prepared | null> {
    const { signal } = (running = new AbortController());
    const needed = new Set(pathsOf(planned.items));
    const files = source.files.filter(({ path }) => needed.has(path));
    for (const { path } of files) if (digests.has(path)) onFile();
    const { digester, stop } = startDigester();
    try {
      await digestAll(files, digests, digester, () => signal.aborted || onFile(), signal);
    } finally {
      stop();
    }
    return signal.aborted ? null : prepare(planned.items, digests);
  }
  return { compare, stop: () => running.abort() };
}
