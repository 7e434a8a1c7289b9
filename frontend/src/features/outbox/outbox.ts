// Sends commands to the server one after another. They are kept over reloads and resent with the same key until answered.
import { isPassing, Problem, SignedOut } from "@/api/problem";
import type { Accepted } from "@/api/types";
import { imagesOf, isGuarded, upTo, type PendingCommand } from "./pendingCommand";

export interface Entry {
  key: string;
  command: PendingCommand;
  /** The batch of an action of several requests, so that it can be undone at once. */
  batch?: string;
}

/** Return the stored commands. An older version of the UI stored the command under the name `work`. */
export function entriesIn(stored: string): Entry[] {
  const entries = JSON.parse(stored) as (Entry & { work?: PendingCommand })[];
  return entries.map(({ work, ...entry }) => ({ ...entry, command: work ?? entry.command }));
}

export interface Surroundings {
  send(entry: Entry): Promise<Pick<Accepted, "stream" | "version">>;
  newKey(): string;
  load(): Entry[];
  keep(entries: readonly Entry[]): void;
  later(task: () => void, milliseconds: number): void;
}

export interface Reports {
  changed(entries: readonly Entry[], state: { sending: boolean; trouble: Trouble | null }): void;
  saved(entry: Entry, accepted: Pick<Accepted, "stream" | "version">): void;
  refused(entry: Entry, problem: Problem): void;
}

/** Why the commands wait: the server was not reached, or it failed. */
export type Trouble = "unreachable" | "broken";

const LONGEST_WAIT = 15_000;
/** The times that a command is sent to a server that breaks on it. The commands behind it must not wait for ever. */
const MOST_BREAKS = 4;

export function createOutbox(surroundings: Surroundings, reports: Reports) {
  let entries: Entry[] = surroundings.load();
  let sending = false;
  let failures = 0;
  let trouble: Trouble | null = null;
  const revisions = new Map<string, number>();

  function change(next: Entry[]): void {
    entries = next;
    surroundings.keep(entries);
    reports.changed(entries, { sending, trouble });
  }

  /** An earlier command of the outbox can have changed the image: send the revision that it made. */
  function upToDate({ command, ...entry }: Entry): Entry {
    return { ...entry, command: isGuarded(command) ? upTo(command, (image_id) => revisions.get(image_id)) : command };
  }

  function settle(entry: Entry): void {
    failures = 0;
    trouble = null;
    change(entries.filter(({ key }) => key !== entry.key));
  }

  /** Fix the request before it is first sent. The key belongs to exactly these bytes, also after a reload. */
  function fixedFirst(): Entry {
    const [first, ...rest] = entries;
    const entry = upToDate(first!);
    change([entry, ...rest]);
    return entry;
  }

  async function sendFirst(): Promise<void> {
    const entry = fixedFirst();
    try {
      const accepted = await surroundings.send(entry);
      if (entry.command.kind !== "split") for (const id of imagesOf(entry.command)) revisions.set(id, accepted.version);
      settle(entry);
      reports.saved(entry, accepted);
    } catch (error) {
      if (isWorthWaiting(error)) throw error;
      settle(entry);
      reports.refused(entry, error as Problem);
    }
  }

  function isWorthWaiting(error: unknown): boolean {
    if (error instanceof Problem && error.status === 500) return failures + 1 < MOST_BREAKS;
    return isPassing(error) || error instanceof SignedOut;
  }

  async function flush(): Promise<void> {
    if (sending) return;
    sending = true;
    try {
      while (entries.length) await sendFirst();
    } catch (error) {
      failures += 1;
      trouble = error instanceof Problem ? "broken" : "unreachable";
      surroundings.later(() => void flush(), Math.min(LONGEST_WAIT, 1000 * 2 ** failures));
    } finally {
      sending = false;
      change(entries);
    }
  }

  function add(commands: readonly PendingCommand[], batch: string | undefined): void {
    const shared = batch ? { batch } : {};
    change([...entries, ...commands.map((command) => ({ key: surroundings.newKey(), command, ...shared }))]);
    void flush();
  }
  const push = (...commands: PendingCommand[]) =>
    add(commands, commands.length > 1 ? surroundings.newKey() : undefined);
  /** Send commands as a batch that an undo can name, also one command. */
  const pushBatch = (commands: readonly PendingCommand[], batch: string) => add(commands, batch);

  return { push, pushBatch, flush };
}
