// What a gesture asks of the server, and what an image looks like once it is done. Pure.
import type { Defect, Image, Split, Verdict } from "@/api/types";

export interface Judgement {
  image_id: string;
  verdict: Verdict;
  defects: Defect[];
  revision: number;
  reason: string;
  seconds_spent: number | null;
  suggestion_id: string | null;
}

export type Work =
  | { kind: "annotate"; dataset_id: string; annotations: Judgement[] }
  | { kind: "exclude"; dataset_id: string; image_ids: string[]; reason: string }
  | { kind: "restore"; dataset_id: string; image_ids: string[]; reason: string }
  | { kind: "split"; dataset_id: string; image_ids: string[]; split: Split; rule: string }
  | { kind: "dismiss"; dataset_id: string; suggestion_id: string; image_ids: [string]; reason: string };

/** The most images the server takes in one commit with a revision check. */
export const MOST_AT_ONCE = 90;

export function imagesOf(work: Work): string[] {
  return work.kind === "annotate" ? work.annotations.map((judgement) => judgement.image_id) : work.image_ids;
}

/** The image after the work: how it is shown while saving, and what it is once saved. */
export function after(image: Image, work: Work): Image {
  switch (work.kind) {
    case "annotate": {
      const mine = work.annotations.find((judgement) => judgement.image_id === image.image_id);
      return mine ? { ...image, verdict: mine.verdict, defects: mine.defects, suggestion: null } : image;
    }
    case "exclude":
      return { ...image, excluded: work.reason };
    case "restore":
      return { ...image, excluded: null };
    case "split":
      return { ...image, split: work.split };
    case "dismiss":
      return { ...image, suggestion: null };
  }
}

export function inBatches<T>(items: readonly T[], size = MOST_AT_ONCE): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** The work that takes `work` back, given the images as they were before it. Facts stay: this is a new one. */
export function takingBack(work: Work, before: readonly Image[], reason: string): Work[] {
  const ids = new Set(imagesOf(work));
  const images = before.filter((image) => ids.has(image.image_id));
  const { dataset_id } = work;
  switch (work.kind) {
    case "annotate":
      return [{ kind: "annotate", dataset_id, annotations: images.map((image) => formerJudgement(image, reason)) }];
    case "exclude":
      return [{ kind: "restore", dataset_id, image_ids: work.image_ids, reason }];
    case "restore":
      return images.map((image) => ({ kind: "exclude", dataset_id, image_ids: [image.image_id], reason: image.excluded ?? reason }));
    case "split":
      return images.flatMap((image): Work[] =>
        image.split ? [{ kind: "split", dataset_id, image_ids: [image.image_id], split: image.split, rule: reason }] : [],
      );
    case "dismiss":
      return [];
  }
}

/** No event says "not judged any more", so an image that had no verdict goes on hold. */
function formerJudgement(image: Image, reason: string): Judgement {
  return {
    image_id: image.image_id,
    verdict: image.verdict ?? "HOLD",
    defects: image.verdict ? image.defects : [],
    revision: image.revision,
    reason,
    seconds_spent: null,
    suggestion_id: null,
  };
}
