// Why the marks of an image cannot be changed; null when they can.
import { computed, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import type { Dataset, Image } from "@/api/types";
import { useRights } from "@/features/rights/useRights";

export function useWhyFixed(
  image: Ref<Image | undefined>,
  dataset: Ref<Dataset | undefined>,
  as_of: Ref<string | undefined>,
) {
  const { t } = useI18n();
  const { whyNot } = useRights();
  return computed(() => {
    if (as_of.value) return t("annotate.past");
    if (image.value?.erased) return t("annotate.erased");
    if (image.value && image.value.excluded !== null) return t("annotate.excluded");
    return whyNot("submit_annotations", dataset.value?.project_id);
  });
}
