// The decisions of the gallery and the viewer: each sends commands about the target images to the outbox.
import { type Ref, ref } from "vue";
import type { DefectClass, Defect, Image, Split, Verdict } from "@/api/types";
import { useOutbox } from "@/features/outbox/store";
import { inBatches, type Judgement, type PendingCommand } from "@/features/outbox/pendingCommand";
import { useSession } from "@/features/session/session";
import { isProtected, needsReason } from "@/features/outbox/overrides";

const MAX_SECONDS = 600;

/** Return the defects for a class: the shapes that the class already has, else one without a place. */
export function defectsOf(image: Image, class_id: string): Defect[] {
  const same = image.defects.filter((defect) => defect.class_id === class_id);
  return same.length ? same : [{ class_id, box: null, polygon: null, mask: null }];
}

export function judgement(
  image: Image,
  verdict: Verdict,
  class_id: string | null,
  seconds_spent: number | null,
  label_review?: string,
): Judgement {
  const defects = verdict === "OK" ? [] : class_id ? defectsOf(image, class_id) : image.defects;
  const suggestion_id = image.suggestion?.suggestion_id ?? null;
  return {
    image_id: image.image_id,
    verdict,
    defects,
    revision: image.revision,
    reason: "",
    seconds_spent,
    suggestion_id,
    ...(label_review && { label_review }),
  };
}

export function classForKey(classes: readonly DefectClass[], key: string): DefectClass | undefined {
  return classes.find((one) => !one.retired && String(one.key) === key);
}

const kindsOf = (defects: readonly Defect[]) => defects.map(({ class_id }) => class_id).join();

/** Return true when the same judgement stands under the same label-book revision: repeating it changes nothing.
 * With a reason, or in answer to a label review, it is a new fact. */
export function stands(
  image: Image,
  { verdict, defects, reason, label_review }: Judgement,
  label_book_revision: number,
  me: string,
): boolean {
  const { annotation } = image;
  if (label_review || reason) return false;
  if (!annotation || annotation.review === "returned") return false;
  if (annotation.reason !== "" && !isProtected(image, me)) return false;
  return (
    image.verdict === verdict &&
    kindsOf(image.defects) === kindsOf(defects) &&
    annotation.label_book_revision === label_book_revision
  );
}

export function useDecisions(
  dataset_id: Ref<string>,
  label_book_revision: Ref<number>,
  targets: Ref<Image[]>,
  done: (kind: PendingCommand["kind"]) => void,
  label_review: () => string | undefined,
) {
  const outbox = useOutbox();
  const session = useSession();
  const since = ref(Date.now());

  function act(of: Image[], make: (images: Image[]) => PendingCommand): void {
    const commands = inBatches(of).map(make);
    if (of.length) outbox.act(commands, of);
    since.value = Date.now();
    done(commands[0]?.kind ?? "annotate");
  }

  const shown = () => targets.value.map((image) => outbox.shown(image));

  /** The judgements that change something, by image. Excluded images cannot be judged and are skipped. */
  function judgements(verdict: Verdict, class_id: string | null, reason = ""): Map<Image, Judgement> {
    const spent = Math.min(MAX_SECONDS, (Date.now() - since.value) / 1000) / Math.max(1, targets.value.length);
    const seconds = Math.round(spent * 10) / 10;
    const judged = shown()
      .filter((image) => image.excluded === null)
      .map((image) => [image, { ...judgement(image, verdict, class_id, seconds, label_review()), reason }] as const);
    return new Map(judged.filter(([image, one]) => !stands(image, one, label_book_revision.value, session.actor)));
  }

  /** Return the target images whose judgement must not be overridden without a reason. */
  function overridden(verdict: Verdict, class_id: string | null): Image[] {
    const judged = judgements(verdict, class_id);
    return [...judged.keys()].filter((image) => needsReason(image, judged.get(image)!, session.actor));
  }

  function judge(judged: Map<Image, Judgement>, explained: (image: Image, one: Judgement) => Judgement): void {
    act([...judged.keys()], (images) => ({
      kind: "annotate",
      dataset_id: dataset_id.value,
      annotations: images.map((image) => explained(image, judged.get(image)!)),
    }));
  }

  const decide = (verdict: Verdict, class_id: string | null = null, reason = "") =>
    judge(judgements(verdict, class_id, reason), (_, one) => one);

  /** Decide, with a reason for the judgements that need one. */
  const override = (verdict: Verdict, class_id: string | null, reason: string) =>
    judge(judgements(verdict, class_id), (image, one) =>
      needsReason(image, one, session.actor) ? { ...one, reason } : one,
    );

  const idsOf = (images: Image[]) => images.map(({ image_id }) => image_id);
  const exclude = (reason: string) =>
    act(
      shown().filter((image) => image.excluded === null),
      (images) => ({ kind: "exclude", dataset_id: dataset_id.value, image_ids: idsOf(images), reason }),
    );
  const restore = (reason: string) =>
    act(
      shown().filter((image) => image.excluded !== null && !image.erased),
      (images) => ({ kind: "restore", dataset_id: dataset_id.value, image_ids: idsOf(images), reason }),
    );
  const assign = (split: Split, rule: string) =>
    act(
      shown().filter((image) => image.split !== split && !image.erased),
      (images) => ({ kind: "split", dataset_id: dataset_id.value, image_ids: idsOf(images), split, rule }),
    );

  function dismiss(reason: string): void {
    for (const image of shown()) {
      if (!image.suggestion) continue;
      const { suggestion_id } = image.suggestion;
      act([image], ([one]) => ({
        kind: "dismiss",
        dataset_id: dataset_id.value,
        suggestion_id,
        image_ids: [one!.image_id],
        reason,
      }));
    }
  }

  return { decide, overridden, override, exclude, restore, assign, dismiss };
}
