// The outbox for the screens: pending, saved, conflicting and refused commands, and undo.
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import { api, newKey, signed, take } from "@/api/client";
import type { Problem } from "@/api/problem";
import type { Accepted, Image } from "@/api/types";
import { useSession } from "@/features/session/session";
import { createOutbox, type Entry } from "./outbox";
import {
  after,
  type GuardedCommand,
  imagesOf,
  isGuarded,
  narrowed,
  takingBack,
  upTo,
  type PendingCommand,
} from "./pendingCommand";

/** A pending command about one image, and the image as another person left it. */
export interface Disagreement {
  image_id: string;
  mine: GuardedCommand;
  theirs: Image | null;
}

export interface Refused {
  entry: Entry;
  problem: Problem;
}

interface Undoable {
  work: PendingCommand;
  before: Image[];
}

/** The storage of unsent commands. They belong to the person who gave them and are sent with that person's token only. */
function shelf(): string {
  return `kenpin.outbox.${useSession().actor}`;
}

function load(name: string): Entry[] {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "[]") as Entry[];
  } catch {
    return [];
  }
}

function post({ key, work, batch }: Entry): Promise<Accepted> {
  const path = { dataset_id: work.dataset_id };
  const header = signed(key, batch);
  switch (work.kind) {
    case "annotate":
      return take(
        api.POST("/v1/datasets/{dataset_id}/annotations", {
          params: { path, header },
          body: { annotations: work.annotations },
        }),
      );
    case "withdraw":
      return take(
        api.POST("/v1/datasets/{dataset_id}/withdrawals", {
          params: { path, header },
          body: { images: work.images, reason: work.reason },
        }),
      );
    case "exclude":
      return take(
        api.POST("/v1/datasets/{dataset_id}/exclusions", {
          params: { path, header },
          body: { image_ids: work.image_ids, reason: work.reason },
        }),
      );
    case "restore":
      return take(
        api.POST("/v1/datasets/{dataset_id}/restorations", {
          params: { path, header },
          body: { image_ids: work.image_ids, reason: work.reason },
        }),
      );
    case "split":
      return take(
        api.POST("/v1/datasets/{dataset_id}/splits", {
          params: { path, header },
          body: { image_ids: work.image_ids, split: work.split, rule: work.rule },
        }),
      );
    case "dismiss":
      return take(
        api.POST("/v1/datasets/{dataset_id}/suggestions/{suggestion_id}/dismissals", {
          params: { path: { ...path, suggestion_id: work.suggestion_id }, header },
          body: { image_id: work.image_ids[0], reason: work.reason },
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

function worksByImage(entries: readonly Entry[]): Map<string, PendingCommand[]> {
  const works = new Map<string, PendingCommand[]>();
  for (const { work } of entries) for (const id of imagesOf(work)) works.set(id, [...(works.get(id) ?? []), work]);
  return works;
}

/** The images that another person judged first, and the choice between the two judgements. */
function useDisagreements(push: (...works: PendingCommand[]) => void) {
  const disagreements = shallowRef<Disagreement[]>([]);
  const met = createListeners<[image: Image]>();

  async function disagree({ work }: Entry, problem: Problem): Promise<void> {
    if (!isGuarded(work)) return;
    const changed = new Set(problem.conflicts.map(({ image_id }) => image_id));
    const untouched = narrowed(work, (id) => !changed.has(id));
    if (untouched) push(untouched);
    for (const image_id of imagesOf(work).filter((id) => changed.has(id))) {
      const mine = narrowed(work, (id) => id === image_id)!;
      const path = { dataset_id: work.dataset_id, image_id };
      const theirs = await take(api.GET("/v1/datasets/{dataset_id}/images/{image_id}", { params: { path } })).catch(
        () => null,
      );
      if (theirs) met.call(theirs);
      disagreements.value = [...disagreements.value, { image_id, mine, theirs }];
    }
  }

  function settle(disagreement: Disagreement, keep: "mine" | "theirs"): void {
    disagreements.value = disagreements.value.filter((one) => one !== disagreement);
    const { mine, theirs } = disagreement;
    if (keep === "mine" && theirs) push(upTo(mine, () => theirs.revision));
  }

  return { disagreements, disagree, settle, onMet: met.on };
}

export const useOutbox = defineStore("outbox", () => {
  const place = shelf();
  const entries = shallowRef<readonly Entry[]>(load(place));
  const sending = ref(false);
  const unreachable = ref(false);
  const saved = shallowRef<Accepted | null>(null);
  const refused = shallowRef<Refused[]>([]);
  const undoable = shallowRef<Undoable[]>([]);
  const savings = createListeners<[work: PendingCommand, version: number]>();
  const pending = computed(() => worksByImage(entries.value));
  const { disagreements, disagree, settle, onMet } = useDisagreements((...works) => outbox.push(...works));

  const outbox = createOutbox(
    {
      send: post,
      newKey,
      load: () => load(place),
      keep: (list) => localStorage.setItem(place, JSON.stringify(list)),
      later: (task, milliseconds) => void setTimeout(task, milliseconds),
    },
    {
      changed(list, state) {
        entries.value = list;
        sending.value = state.sending;
        unreachable.value = state.unreachable;
      },
      saved(entry, accepted) {
        saved.value = accepted;
        savings.call(entry.work, accepted.version);
      },
      refused(entry, problem) {
        if (problem.status === 409 && problem.conflicts.length) void disagree(entry, problem);
        else refused.value = [...refused.value, { entry, problem }];
      },
    },
  );

  /** Carry out the commands, and keep the images from before for an undo. */
  function act(works: PendingCommand[], before: Image[]): void {
    undoable.value = [...undoable.value, ...works.map((work) => ({ work, before }))].slice(-200);
    outbox.push(...works);
  }

  /** Undo the last command. Returns its images; null when there is nothing to undo. */
  function undo(reason: string): string[] | null {
    const last = undoable.value.at(-1);
    if (!last) return null;
    undoable.value = undoable.value.slice(0, -1);
    outbox.push(...takingBack(last.work, last.before, reason));
    return imagesOf(last.work);
  }

  /** Return the image with all pending commands applied to it. */
  function shown(image: Image): Image {
    return (pending.value.get(image.image_id) ?? []).reduce(after, image);
  }

  function answer(failure: Refused, how: "retry" | "discard"): void {
    refused.value = refused.value.filter((one) => one !== failure);
    if (how === "retry") outbox.push(failure.entry.work);
  }

  window.addEventListener("online", () => void outbox.flush());
  if (entries.value.length) void outbox.flush();

  return {
    entries,
    sending,
    unreachable,
    saved,
    disagreements,
    refused,
    undoable,
    pending,
    act,
    undo,
    shown,
    onSaved: savings.on,
    /** Listen for images that another person judged first. */
    onMet,
    settle,
    answer,
    flush: outbox.flush,
  };
});
