// A reviewer's own judgement in place of the one under review, with a reason.
import { ref, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import type { DefectClass, ToReview, Verdict } from "@/api/types";
import { className } from "@/features/gallery/classNames";
import { classForKey, judgement } from "@/features/gallery/useDecisions";
import { useOutbox } from "@/features/outbox/store";

interface Correction {
  item: ToReview;
  verdict: Verdict;
  class_id: string | null;
}

/** `corrected` is called with the item when its new judgement is on its way. */
export function useCorrection(
  dataset_id: Ref<string>,
  classes: Ref<DefectClass[]>,
  current: () => ToReview | undefined,
  corrected: (item: ToReview) => void,
) {
  const { t, locale } = useI18n();
  const outbox = useOutbox();
  const asked = ref<Correction | null>(null);

  function ask(verdict: Verdict, class_id: string | null = null): void {
    const item = current();
    if (item) asked.value = { item, verdict, class_id };
  }
  function askForClass({ key }: KeyboardEvent): void {
    const known = classForKey(classes.value, key);
    if (known) ask("NG", known.class_id);
  }
  function title({ verdict, class_id }: Correction): string {
    const name = class_id ? ` · ${className(class_id, classes.value, locale.value)}` : "";
    return t("judgement_reason.override", { verdict: t(`verdict.${verdict}`) + name });
  }
  function correct(reason: string): void {
    const { item, verdict, class_id } = asked.value!;
    asked.value = null;
    const annotation = { ...judgement(item.image, verdict, class_id, null), reason };
    outbox.act([{ kind: "annotate", dataset_id: dataset_id.value, annotations: [annotation] }], [item.image]);
    corrected(item);
  }
  return { asked, ask, askForClass, title, correct };
}
