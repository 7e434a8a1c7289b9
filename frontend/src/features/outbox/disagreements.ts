// The judgements of images that another person judged first: kept until somebody chooses, also over a reload.
import { computed, shallowRef } from "vue";
import type { Image } from "@/api/types";
import { needsReason } from "./overrides";
import { type GuardedCommand, imagesOf, narrowed, type PendingCommand, upTo } from "./pendingCommand";

/** A pending command about one image, and the image as another person left it. */
export interface Disagreement {
  image_id: string;
  mine: GuardedCommand;
  theirs: Image | null;
  /** The person chooses later. */
  postponed: boolean;
}

export interface Surroundings {
  /** The image as it stands; null when it cannot be loaded. */
  look(dataset_id: string, image_id: string): Promise<Image | null>;
  push(command: PendingCommand): void;
  load(): GuardedCommand[];
  keep(commands: readonly GuardedCommand[]): void;
  /** Report an image as another person left it. */
  seen(image: Image): void;
}

/** Return the command for the newest revision; the reason belongs to a judgement that needs one. */
export function insisted(mine: GuardedCommand, theirs: Image, reason: string, me: string): GuardedCommand {
  const newest = upTo(mine, () => theirs.revision);
  if (newest.kind !== "annotate") return newest;
  const annotations = newest.annotations.map((one) => (needsReason(theirs, one, me) ? { ...one, reason } : one));
  return { ...newest, annotations };
}

export function createDisagreements(surroundings: Surroundings) {
  const all = shallowRef<readonly Disagreement[]>(
    surroundings.load().map((mine) => ({ image_id: imagesOf(mine)[0]!, mine, theirs: null, postponed: true })),
  );
  /** The one to show: a person chooses one after another. */
  const current = computed(() => all.value.find(({ postponed }) => !postponed));

  function put(next: readonly Disagreement[]): void {
    all.value = next;
    surroundings.keep(next.map(({ mine }) => mine));
  }

  async function look(dataset_id: string, image_id: string): Promise<Image | null> {
    const theirs = await surroundings.look(dataset_id, image_id);
    if (theirs) surroundings.seen(theirs);
    return theirs;
  }

  /** Add the images of a command that was refused because they had changed; send the command for the others. */
  async function add(command: GuardedCommand, changed: ReadonlySet<string>): Promise<void> {
    const untouched = narrowed(command, (id) => !changed.has(id));
    if (untouched) surroundings.push(untouched);
    for (const image_id of imagesOf(command).filter((id) => changed.has(id))) {
      const mine = narrowed(command, (id) => id === image_id)!;
      const theirs = await look(command.dataset_id, image_id);
      put([...all.value, { image_id, mine, theirs, postponed: false }]);
    }
  }

  const postpone = (one: Disagreement) =>
    put(all.value.map((other) => (other === one ? { ...one, postponed: true } : other)));

  /** Show those that were postponed, with the images as they stand now. */
  async function reopen(): Promise<void> {
    for (const one of all.value.filter(({ postponed }) => postponed)) {
      const theirs = await look(one.mine.dataset_id, one.image_id);
      put(all.value.map((other) => (other === one ? { ...one, theirs, postponed: false } : other)));
    }
  }

  function settle(one: Disagreement, keep: "mine" | "theirs", reason: string, me: string): void {
    put(all.value.filter((other) => other !== one));
    if (keep === "mine" && one.theirs) surroundings.push(insisted(one.mine, one.theirs, reason, me));
  }

  return { all, current, add, postpone, reopen, settle };
}
