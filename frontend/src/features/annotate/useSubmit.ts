// Sends the judgement of the marks through the outbox, unless it stands already.
import { type Ref, shallowRef } from "vue";
import { stands } from "@/features/gallery/useDecisions";
import { needsReason } from "@/features/outbox/overrides";
import type { Judgement, PendingCommand } from "@/features/outbox/pendingCommand";
import { useOutbox } from "@/features/outbox/store";
import { useSession } from "@/features/session/session";
import { REASONS } from "@/ui/reasons";
import { isUnchanged } from "./marks";
import type { MarksJudgement } from "./useMarks";

const MAX_SECONDS = 600;

export function useSubmit(dataset_id: Ref<string>, label_book_revision: Ref<number>) {
  const outbox = useOutbox();
  const session = useSession();
  /** A judgement that overrides another person's or an accepted one, and waits for a reason. */
  const waiting = shallowRef<{ of: MarksJudgement; judgement: Judgement } | null>(null);
  let since = Date.now();

  function secondsSpent(): number {
    const seconds = Math.min(MAX_SECONDS, (Date.now() - since) / 1000);
    since = Date.now();
    return Math.round(seconds * 10) / 10;
  }

  /** A hold keeps the reason of whoever holds the image while marks are added. */
  function reasonOf({ image: { annotation }, verdict, edit, reason }: MarksJudgement): string {
    if (reason) return reason;
    if (edit === "undo") return REASONS.undo;
    return verdict === "HOLD" && annotation?.by === session.actor ? annotation.reason : "";
  }

  function withdraw({ image }: MarksJudgement): void {
    const { image_id, revision, verdict } = image;
    if (verdict === null) return;
    const images = [{ image_id, revision }];
    outbox.takeBack({ kind: "withdraw", dataset_id: dataset_id.value, images, reason: REASONS.undo });
  }

  function judgementOf(of: MarksJudgement): Judgement {
    return {
      image_id: of.image.image_id,
      verdict: of.verdict!,
      defects: of.defects,
      revision: of.image.revision,
      reason: reasonOf(of),
      seconds_spent: secondsSpent(),
      suggestion_id: of.image.suggestion?.suggestion_id ?? null,
    };
  }

  function send({ image, edit }: MarksJudgement, judgement: Judgement): void {
    const command: PendingCommand = { kind: "annotate", dataset_id: dataset_id.value, annotations: [judgement] };
    if (edit === "undo") outbox.takeBack(command);
    else outbox.act([command], [image]);
  }

  function submit(of: MarksJudgement): void {
    const { image, verdict, defects } = of;
    if (!verdict) return withdraw(of);
    const judgement = judgementOf(of);
    if (isUnchanged(defects, image.defects) && stands(image, judgement, label_book_revision.value, session.actor))
      return;
    const isOwn = outbox.pending.has(image.image_id);
    if (!isOwn && !of.reason && needsReason(image, judgement, session.actor)) waiting.value = { of, judgement };
    else send(of, judgement);
  }

  function giveReason(reason: string): void {
    const { of, judgement } = waiting.value!;
    waiting.value = null;
    send(of, { ...judgement, reason });
  }

  return { submit, waiting, giveReason, begin: () => (since = Date.now()) };
}
