// Sends commands to the server one after another. They are kept over reloads and resent with the same key until answered.
import { isPassing, type Problem, SignedOut } from "@/api/problem";
import type { Accepted } from "@/api/types";
import { imagesOf, isGuarded, upTo, type PendingCommand } from "./pendingCommand";

export interface Entry {
  key: string;
  work: PendingCommand;
  /** The batch of an action of several requests, so that it can be undone at once. */
  batch?: string;
}

export interface Outside {
  send(entry: Entry): Promise<Accepted>;
  newKey(): string;
  load(): Entry[];
  keep(entries: readonly Entry[]): void;
  later(task: () => void, milliseconds: number): void;
}

export interface Reports {
  changed(entries: readonly Entry[], state: { sending: boolean; unreachable: boolean }): void;
  saved(entry: Entry, accepted: Accepted): void;
  refused(entry: Entry, problem: Problem): void;
}

const LONGEST_WAIT = 15_000;

export function createOutbox(outside: Outside, reports: Reports) {
  let entries: Entry[] = outside.load();
  let sending = false;
  let failures = 0;
  const revisions = new Map<string, number>();

  function change(next: Entry[]): void {
    entries = next;
    outside.keep(entries);
    reports.changed(entries, { sending, unreachable: failures > 0 });
  }

  /** An earlier command of the outbox can have changed the image: send the revision that it made. */
  function upToDate({ work, ...entry }: Entry): Entry {
    return { ...entry, work: isGuarded(work) ? upTo(work, (image_id) => revisions.get(image_id)) : work };
  }

  function settle(entry: Entry): void {
    failures = 0;
    change(entries.filter(({ key }) => key !== entry.key));
  }

  /** Fix the request before it is first sent. The key belongs to exactly these bytes, also after a reload. */
  function sealed(): Entry {
    const [first, ...rest] = entries;
    const entry = upToDate(first!);
    change([entry, ...rest]);
    return entry;
  }

  async function sendFirst(): Promise<void> {
    const entry = sealed();
    try {
      const accepted = await outside.send(entry);
      if (entry.work.kind !== "split") for (const id of imagesOf(entry.work)) revisions.set(id, accepted.version);
      settle(entry);
      reports.saved(entry, accepted);
    } catch (error) {
      if (isPassing(error) || error instanceof SignedOut) throw error;
      settle(entry);
      reports.refused(entry, error as Problem);
    }
  }

  async function flush(): Promise<void> {
    if (sending) return;
    sending = true;
    try {
      while (entries.length) await sendFirst();
    } catch {
      failures += 1;
      outside.later(() => void flush(), Math.min(LONGEST_WAIT, 1000 * 2 ** failures));
    } finally {
      sending = false;
      change(entries);
    }
  }

  function push(...works: PendingCommand[]): void {
    const batch = works.length > 1 ? { batch: outside.newKey() } : {};
    change([...entries, ...works.map((work) => ({ key: outside.newKey(), work, ...batch }))]);
    void flush();
  }

  return { push, flush };
}
