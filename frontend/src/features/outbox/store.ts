// The outbox for the screens: pending, saved, conflicting and refused commands, and undo.
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import { api, newKey, writeHeaders, bodyOf } from "@/api/client";
import type { Problem } from "@/api/problem";
import type { Accepted, Image } from "@/api/types";
import { useSession } from "@/features/session/session";
import { REASONS } from "@/ui/reasons";
import { createDisagreements } from "./disagreements";
import { createOutbox, entriesIn, type Entry, type Trouble } from "./outbox";
import {
  imageAfter,
  type GuardedCommand,
  imagesOf,
  isGuarded,
  overridesJudgement,
  undoCommands,
  type PendingCommand,
} from "./pendingCommand";

export interface Refused {
  entry: Entry;
  problem: Problem;
}

interface Undoable {
  command: PendingCommand;
  before: Image[];
  /** The batch of the action, where an undo names it. */
  batch: string | undefined;
}

/** The storage of unsent commands. They belong to the person who gave them and are sent with that person's token only. */
function storageName(): string {
  return `kenpin.outbox.${useSession().actor}`;
}

function loadFrom<T>(name: string, read: (stored: string) => T[]): T[] {
  try {
    return read(localStorage.getItem(name) ?? "[]");
  } catch {
    return [];
  }
}
const load = (name: string) => loadFrom(name, entriesIn);

function post({ key, command, batch }: Entry): Promise<Pick<Accepted, "stream" | "version">> {
  const path = { dataset_id: command.dataset_id };
  const header = writeHeaders(key, batch);
  switch (command.kind) {
    case "annotate":
      return bodyOf(
        api.POST("/v1/datasets/{dataset_id}/annotations", {
          params: { path, header },
          body: { annotations: command.annotations },
        }),
      );
    case "withdraw":
      return bodyOf(
        api.POST("/v1/datasets/{dataset_id}/withdrawals", {
          params: { path, header },
          body: { images: command.images, reason: command.reason },
        }),
      );
    case "undo":
      return bodyOf(
        api.POST("/v1/datasets/{dataset_id}/undos", {
          params: { path, header },
          body: { batch_id: command.batch_id, reason: command.reason },
        }),
      );
    case "exclude":
      return bodyOf(
        api.POST("/v1/datasets/{dataset_id}/exclusions", {
          params: { path, header },
          body: { image_ids: command.image_ids, reason: command.reason },
        }),
      );
    case "restore":
      return bodyOf(
        api.POST("/v1/datasets/{dataset_id}/restorations", {
          params: { path, header },
          body: { image_ids: command.image_ids, reason: command.reason },
        }),
      );
    case "split":
      return bodyOf(
        api.POST("/v1/datasets/{dataset_id}/splits", {
          params: { path, header },
          body: { image_ids: command.image_ids, split: command.split, rule: command.rule },
        }),
      );
    case "dismiss":
      return bodyOf(
        api.POST("/v1/datasets/{dataset_id}/suggestions/{suggestion_id}/dismissals", {
          params: { path: { ...path, suggestion_id: command.suggestion_id }, header },
          body: { image_id: command.image_ids[0], reason: command.reason },
        }),
      );
  }
}

function createListeners<Event extends unknown[]>() {
  const listeners = new Set<(...event: Event) => void>();
  return {
    /** Add a listener. Returns the function that removes it. */
    on(listener: (...event: Event) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    call: (...event: Event) => listeners.forEach((listener) => listener(...event)),
  };
}

function commandsByImage(entries: readonly Entry[]): Map<string, PendingCommand[]> {
  const commands = new Map<string, PendingCommand[]>();
  for (const { command } of entries)
    for (const id of imagesOf(command)) commands.set(id, [...(commands.get(id) ?? []), command]);
  return commands;
}

/** The choices between two judgements that are still open. They belong to the person, as the unsent commands do. */
function useDisagreements(push: (command: PendingCommand) => void) {
  const conflictListeners = createListeners<[image: Image]>();
  const name = `kenpin.conflicts.${useSession().actor}`;
  const disagreements = createDisagreements({
    push,
    load: () => loadFrom(name, (stored) => JSON.parse(stored) as GuardedCommand[]),
    keep: (commands) => localStorage.setItem(name, JSON.stringify(commands)),
    seen: conflictListeners.call,
    look: (dataset_id, image_id) =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/images/{image_id}", { params: { path: { dataset_id, image_id } } }),
      ).catch(() => null),
  });
  return { ...disagreements, onConflict: conflictListeners.on };
}

/** The commands that can be undone, newest last. */
function useUndoable(
  push: (...commands: PendingCommand[]) => void,
  pushBatch: (commands: PendingCommand[], batch: string) => void,
) {
  const undoable = shallowRef<Undoable[]>([]);

  /** Carry out the commands, and keep the images from before for an undo. */
  function act(commands: PendingCommand[], before: Image[]): void {
    const batch = commands.some((command) => overridesJudgement(command, before)) ? newKey() : undefined;
    undoable.value = [...undoable.value, ...commands.map((command) => ({ command, before, batch }))].slice(-200);
    if (batch) pushBatch(commands, batch);
    else push(...commands);
  }

  /** Undo the last command. Returns its images; null when there is nothing to undo. */
  function undo(reason: string): string[] | null {
    const last = undoable.value.at(-1);
    if (!last) return null;
    undoable.value = undoable.value.filter((one) => one !== last && !(last.batch && one.batch === last.batch));
    push(...undoCommands(last.command, last.before, reason, last.batch));
    return last.batch ? last.before.map(({ image_id }) => image_id) : imagesOf(last.command);
  }

  /** Carry out a command that puts an image back: the last command about the image is undone by it. */
  function takeBack(command: PendingCommand): void {
    const [image_id] = imagesOf(command);
    const last = undoable.value.filter((one) => imagesOf(one.command).includes(image_id!)).at(-1);
    undoable.value = undoable.value.filter((one) => one !== last);
    if (last?.batch) push(...undoCommands(last.command, last.before, REASONS.undo, last.batch));
    else push(command);
  }
  /** A command that was refused has nothing to undo. */
  function forget(batch: string | undefined): void {
    if (batch) undoable.value = undoable.value.filter((one) => one.batch !== batch);
  }

  return { undoable, act, undo, takeBack, forget };
}

export const useOutbox = defineStore("outbox", () => {
  const storageKey = storageName();
  const entries = shallowRef<readonly Entry[]>(load(storageKey));
  const sending = ref(false);
  const trouble = ref<Trouble | null>(null);
  const saved = shallowRef<Pick<Accepted, "stream" | "version"> | null>(null);
  const versions = new Map<string, number>();
  const refused = shallowRef<Refused[]>([]);
  const savedListeners = createListeners<[command: PendingCommand, version: number]>();
  const refusedListeners = createListeners<[command: PendingCommand, problem: Problem]>();
  const pending = computed(() => commandsByImage(entries.value));
  const push = (...commands: PendingCommand[]) => outbox.push(...commands);
  const disagreements = useDisagreements(push);
  const pushBatch = (commands: PendingCommand[], batch: string) => outbox.pushBatch(commands, batch);
  const { undoable, act, undo, takeBack, forget } = useUndoable(push, pushBatch);

  const outbox = createOutbox(
    {
      send: post,
      newKey,
      load: () => load(storageKey),
      keep: (list) => localStorage.setItem(storageKey, JSON.stringify(list)),
      later: (task, milliseconds) => void setTimeout(task, milliseconds),
    },
    {
      changed(list, state) {
        entries.value = list;
        sending.value = state.sending;
        trouble.value = state.trouble;
      },
      saved(entry, accepted) {
        saved.value = accepted;
        versions.set(entry.command.dataset_id, accepted.version);
        savedListeners.call(entry.command, accepted.version);
      },
      refused(entry, problem) {
        forget(entry.batch);
        const changed = new Set(problem.conflicts.map(({ image_id }) => image_id));
        if (problem.status === 409 && changed.size && isGuarded(entry.command))
          void disagreements.add(entry.command, changed);
        else refused.value = [...refused.value, { entry, problem }];
        refusedListeners.call(entry.command, problem);
      },
    },
  );

  /** Return the image with all pending commands applied to it. */
  function shown(image: Image): Image {
    return (pending.value.get(image.image_id) ?? []).reduce(imageAfter, image);
  }

  function answer(failure: Refused, how: "retry" | "discard"): void {
    refused.value = refused.value.filter((one) => one !== failure);
    if (how === "retry") outbox.push(failure.entry.command);
  }

  window.addEventListener("online", () => void outbox.flush());
  if (entries.value.length) void outbox.flush();

  return {
    entries,
    sending,
    trouble,
    saved,
    /** The version of the dataset that the last command saved here; undefined before one is. */
    savedVersion: (dataset_id: string) => versions.get(dataset_id),
    disagreements: disagreements.all,
    disagreement: disagreements.current,
    refused,
    undoable,
    pending,
    act,
    takeBack,
    undo,
    shown,
    onSaved: savedListeners.on,
    /** Listen for commands that the server refused, also because another person was first. */
    onRefused: refusedListeners.on,
    /** Listen for images that another person judged first. */
    onConflict: disagreements.onConflict,
    settle: disagreements.settle,
    postpone: disagreements.postpone,
    reopen: disagreements.reopen,
    answer,
    flush: outbox.flush,
  };
});
