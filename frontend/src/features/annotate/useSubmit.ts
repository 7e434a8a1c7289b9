// Sends the judgement of the marks through the outbox, unless it stands already.
import type { Ref } from "vue";
import { stands } from "@/features/gallery/useDecisions";
import type { Judgement } from "@/features/outbox/pendingCommand";
import { useOutbox } from "@/features/outbox/store";
import { useSession } from "@/features/session/session";
import { REASONS } from "@/ui/reasons";
import { isSame } from "./marks";
import type { MarksJudgement } from "./useMarks";

const MAX_SECONDS = 600;

export function useSubmit(dataset_id: Ref<string>, label_book_revision: Ref<number>) {
  const outbox = useOutbox();
  const session = useSession();
  let since = Date.now();

  function secondsSpent(): number {
    const seconds = Math.min(MAX_SECONDS, (Date.now() - since) / 1000);
    since = Date.now();
    return Math.round(seconds * 10) / 10;
  }

  /** A hold keeps the reason of whoever holds the image while marks are added. */
  function reasonOf({ image: { annotation }, verdict, edit }: MarksJudgement): string {
    if (edit === "undo") return REASONS.undo;
    return verdict === "HOLD" && annotation?.by === session.actor ? annotation.reason : "";
  }

  function withdraw({ image }: MarksJudgement): void {
    const { image_id, revision, verdict } = image;
    if (verdict === null) return;
    const images = [{ image_id, revision }];
    outbox.takeBack({ kind: "withdraw", dataset_id: dataset_id.value, images, reason: REASONS.undo });
  }

  function submit(of: MarksJudgement): void {
    const { image, verdict, defects, edit } = of;
    if (!verdict) return withdraw(of);
    const judgement: Judgement = {
      image_id: image.image_id,
      verdict,
      defects,
      revision: image.revision,
      reason: reasonOf(of),
      seconds_spent: secondsSpent(),
      suggestion_id: image.suggestion?.suggestion_id ?? null,
    };
    if (isSame(defects, image.defects) && stands(image, judgement, label_book_revision.value, session.actor)) return;
    const command = { kind: "annotate", dataset_id: dataset_id.value, annotations: [judgement] } as const;
    if (edit === "undo") outbox.takeBack({ ...command, annotations: [judgement] });
    else outbox.act([{ ...command, annotations: [judgement] }], [image]);
  }

  return { submit, begin: () => (since = Date.now()) };
}
