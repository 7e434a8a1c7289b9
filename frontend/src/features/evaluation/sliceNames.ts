// The names of slices and of what they are cut by, in the reader's language.
import type { MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";
import { useProject } from "@/features/datasets/queries";
import { className } from "@/features/gallery/classNames";
import { usePeople } from "@/features/people/usePeople";

export function useSliceNames(project_id: MaybeRefOrGetter<string | undefined>) {
  const { t, locale } = useI18n();
  const { data: project } = useProject(project_id);
  const people = usePeople();
  const titleOf = (by: string) => t(`slices.by.${by}`);

  function nameOf(by: string, value: string | null): string {
    if (value === null) return t(by === "predicted" ? "run_classes.none" : "health.missing");
    if (by === "class" || by === "predicted")
      return className(value, project.value?.defect_classes ?? [], locale.value);
    if (by === "person") return people.nameOf(value);
    const largest = by === "size" ? /^(\d+) px or more$/.exec(value) : null;
    return largest ? t("slices.or_more", { px: largest[1]! }) : value;
  }
  return { nameOf, titleOf };
}
