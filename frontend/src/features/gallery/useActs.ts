// The acts of the gallery: what a person does to the images that the next key acts on, and the dialog that it opens.
import { computed, type Ref, ref } from "vue";
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";
import { useAddressKey } from "@/app/useAddress";
import type { Operation } from "@/api/rights";
import type { Dataset, Verdict } from "@/api/types";
import { useOutbox } from "@/features/outbox/store";
import { useRights } from "@/features/rights/useRights";
import { needs, type Question } from "./dialogs/questions";
import { type Filter, queryFrom } from "./filter";
import type { useAdvance } from "./useAdvance";
import type { useDecisions } from "./useDecisions";
import type { useImageList } from "./useImageList";
import type { useTriage } from "./useTriage";

interface Parts {
  dataset: Ref<Dataset | undefined>;
  dataset_id: Ref<string>;
  filter: Ref<Filter>;
  list: ReturnType<typeof useImageList>;
  triage: ReturnType<typeof useTriage>;
  advance: ReturnType<typeof useAdvance>;
  decisions: ReturnType<typeof useDecisions>;
}

export function useActs({ dataset, dataset_id, filter, list, triage, advance, decisions }: Parts) {
  const { t } = useI18n();
  const router = useRouter();
  const outbox = useOutbox();
  const { whyNot } = useRights();
  const question = ref<Question | null>(null);
  const chained = useAddressKey("chain");

  /** A past version cannot be changed. */
  const unlessPast = (act: () => void) => {
    if (filter.value.as_of) triage.notice.value = t("past.read_only");
    else act();
  };

  function allowed(operation: Operation | null): boolean {
    const why = operation && whyNot(operation, dataset.value?.project_id);
    if (why) triage.notice.value = why;
    return !why;
  }

  /** An erased image takes no command. */
  const editable = computed(() => triage.targets.value.filter((image) => !image.erased));

  const decide = (verdict: Verdict, class_id: string | null) =>
    unlessPast(() => {
      if (!allowed("submit_annotations")) return;
      const isReady = advance.isReady();
      const overridden = isReady ? decisions.overridden(verdict, class_id) : [];
      if (!isReady) triage.sayNotOnScreen();
      else if (overridden.length) question.value = { override: overridden, verdict, class_id };
      else decisions.decide(verdict, class_id);
    });

  const undo = () => unlessPast(triage.undo);

  function annotate(): void {
    const image_id = triage.current.value?.image_id;
    if (!image_id) return;
    const query = { ...queryFrom(filter.value), at: Math.max(0, list.before.value + list.at(image_id)) };
    void router.push({ name: "annotate", params: { dataset_id: dataset_id.value, image_id }, query });
  }

  const allExcluded = () => editable.value.every((image) => outbox.shown(image).excluded !== null);

  function show(what: Question): void {
    if (!triage.targets.value.length || !allowed(needs(what))) return;
    if (editable.value.length) question.value = what;
    else triage.notice.value = t("erase.gone");
  }

  const ask = (what: Question) => unlessPast(() => show(what));

  function openChain(): void {
    const { value: image } = triage.current;
    if (image) chained.value = image.image_id;
  }

  const askExclude = () => ask(allExcluded() ? "restore" : "exclude");

  return { question, chained, editable, decide, undo, annotate, ask, askExclude, openChain };
}
