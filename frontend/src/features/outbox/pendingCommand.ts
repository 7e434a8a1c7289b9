// The commands of the outbox, and the state of an image after one. Pure.
import type { DrawnDefect, Image, Split, Verdict } from "@/api/types";

export interface Judgement {
  image_id: string;
  verdict: Verdict;
  defects: DrawnDefect[];
  revision: number;
  reason: string;
  seconds_spent: number | null;
  suggestion_id: string | null;
  /** The run whose label review made the person look again. */
  label_review?: string;
}

/** An image at the revision that the person saw. The server refuses the command when it has changed since. */
export interface Seen {
  image_id: string;
  revision: number;
}

/** An image as it stood before a judgement: what is shown while the undo is on its way. */
export type Stood = Pick<Image, "image_id" | "verdict" | "defects" | "annotation">;

export type PendingCommand =
  | { kind: "annotate"; dataset_id: string; annotations: Judgement[] }
  | { kind: "withdraw"; dataset_id: string; images: Seen[]; reason: string }
  | { kind: "undo"; dataset_id: string; batch_id: string; images: Stood[]; reason: string }
  | { kind: "exclude"; dataset_id: string; image_ids: string[]; reason: string }
  | { kind: "restore"; dataset_id: string; image_ids: string[]; reason: string }
  | { kind: "split"; dataset_id: string; image_ids: string[]; split: Split; rule: string }
  | { kind: "dismiss"; dataset_id: string; suggestion_id: string; image_ids: [string]; reason: string };

/** The most images that the server takes in one commit with a revision check. */
export const MOST_AT_ONCE = 90;

export function imagesOf(command: PendingCommand): string[] {
  switch (command.kind) {
    case "annotate":
      return command.annotations.map(({ image_id }) => image_id);
    case "withdraw":
    case "undo":
      return command.images.map(({ image_id }) => image_id);
    default:
      return command.image_ids;
  }
}

/** A command that the server refuses when its images are not at the given revision. */
export type GuardedCommand = Extract<PendingCommand, { kind: "annotate" | "withdraw" }>;

export function isGuarded(command: PendingCommand): command is GuardedCommand {
  return command.kind === "annotate" || command.kind === "withdraw";
}

/** Return the command for the `wanted` of its images; null when none is left. */
export function narrowed(command: GuardedCommand, wanted: (image_id: string) => boolean): GuardedCommand | null {
  if (!imagesOf(command).some(wanted)) return null;
  if (command.kind === "annotate")
    return { ...command, annotations: command.annotations.filter(({ image_id }) => wanted(image_id)) };
  return { ...command, images: command.images.filter(({ image_id }) => wanted(image_id)) };
}

/** Return the command with the later revision of each image: its own, or the one in `known`. */
export function upTo(command: GuardedCommand, known: (image_id: string) => number | undefined): GuardedCommand {
  const later = <S extends Seen>(seen: S): S => ({
    ...seen,
    revision: Math.max(seen.revision, known(seen.image_id) ?? 0),
  });
  return command.kind === "annotate"
    ? { ...command, annotations: command.annotations.map(later) }
    : { ...command, images: command.images.map(later) };
}

/** Return the image after the command, as shown while saving and as saved. */
export function imageAfter(image: Image, command: PendingCommand): Image {
  switch (command.kind) {
    case "annotate": {
      const mine = command.annotations.find((judgement) => judgement.image_id === image.image_id);
      return mine ? { ...image, verdict: mine.verdict, defects: mine.defects, suggestion: null } : image;
    }
    case "withdraw":
      return { ...image, verdict: null, defects: [], annotation: null };
    case "undo":
      return { ...image, ...command.images.find(({ image_id }) => image_id === image.image_id) };
    case "exclude":
      return { ...image, excluded: command.reason };
    case "restore":
      return { ...image, excluded: null };
    case "split":
      return { ...image, split: command.split };
    case "dismiss":
      return { ...image, suggestion: null };
  }
}

export function inBatches<T>(items: readonly T[], size = MOST_AT_ONCE): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Return the commands that undo a command, given the images before it; with a batch, those that undo the batch. */
export function undoCommands(
  command: PendingCommand,
  before: readonly Image[],
  reason: string,
  batch?: string,
): PendingCommand[] {
  const ids = new Set(imagesOf(command));
  const images = before.filter((image) => ids.has(image.image_id));
  const { dataset_id } = command;
  switch (command.kind) {
    case "annotate":
      return batch ? [putBack(before, dataset_id, batch, reason)] : rejudgeCommands(images, dataset_id, reason);
    case "exclude":
      return [{ kind: "restore", dataset_id, image_ids: command.image_ids, reason }];
    case "restore":
      return images.map((image) => ({
        kind: "exclude",
        dataset_id,
        image_ids: [image.image_id],
        reason: image.excluded ?? reason,
      }));
    case "split":
      return images.flatMap((image): PendingCommand[] =>
        image.split
          ? [{ kind: "split", dataset_id, image_ids: [image.image_id], split: image.split, rule: reason }]
          : [],
      );
    case "withdraw":
    case "undo":
    case "dismiss":
      return [];
  }
}

/** Return true when the command judges an image that has a judgement, which an undo lets stand again. */
export function overridesJudgement(command: PendingCommand, before: readonly Image[]): boolean {
  const ids = new Set(imagesOf(command));
  return command.kind === "annotate" && before.some(({ image_id, verdict }) => verdict !== null && ids.has(image_id));
}

/** The judgements of a batch go; those before them stand again, with their authors and times. */
function putBack(images: readonly Image[], dataset_id: string, batch_id: string, reason: string): PendingCommand {
  const stood = images.map(({ image_id, verdict, defects, annotation }) => ({
    image_id,
    verdict,
    defects,
    annotation,
  }));
  return { kind: "undo", dataset_id, batch_id, images: stood, reason };
}

/** An image with a verdict gets it back; an image without one becomes unlabelled. */
function rejudgeCommands(images: readonly Image[], dataset_id: string, reason: string): PendingCommand[] {
  const annotations = images.flatMap(({ image_id, verdict, defects, revision }): Judgement[] =>
    verdict ? [{ image_id, verdict, defects, revision, reason, seconds_spent: null, suggestion_id: null }] : [],
  );
  const unlabelled = images
    .filter(({ verdict }) => verdict === null)
    .map(({ image_id, revision }) => ({ image_id, revision }));
  return [
    ...(annotations.length ? [{ kind: "annotate", dataset_id, annotations } as const] : []),
    ...(unlabelled.length ? [{ kind: "withdraw", dataset_id, images: unlabelled, reason } as const] : []),
  ];
}
