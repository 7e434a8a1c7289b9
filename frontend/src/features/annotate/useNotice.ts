// What the screen says about the last act, to eyes and screen readers.
import { ref } from "vue";
import { useI18n } from "vue-i18n";
import type { CanvasEvents, ChangeSet } from "@/canvas";
import { useFormat } from "@/ui/format";

export function useNotice(nameOf: (class_id: string) => string, marks: () => number) {
  const { t } = useI18n();
  const { count, decimal } = useFormat();
  const notice = ref("");

  function textOf({ changes: [first] }: ChangeSet): string {
    const all = { count: count(marks()) };
    const { before, after } = first!;
    const drawn = before?.proposal ? null : before;
    if (after?.proposal) return "";
    if (after && !drawn) return t("annotate.told.draw", { name: nameOf(after.class_id), ...all });
    if (after) return t("annotate.told.changed", all);
    return drawn ? t("annotate.told.delete", all) : t("annotate.told.rejected");
  }
  const tellChange = (set: ChangeSet) => (notice.value = textOf(set));

  const tellRefusal = ({ code }: CanvasEvents["refused"]) => (notice.value = t(`annotate.refused.${code}`));

  function tellMeasured(line: CanvasEvents["measured"]): void {
    const mm = line?.millimetres;
    const length = { pixels: decimal(line?.pixels, 1), mm: decimal(mm, 2) };
    notice.value = line ? t(mm === undefined ? "annotate.measured" : "annotate.measured_mm", length) : "";
  }

  const tellFound = (region: CanvasEvents["found"]) =>
    (notice.value = region ? t("annotate.found", { area: count(region.pixels) }) : "");

  return { notice, tellChange, tellRefusal, tellMeasured, tellFound };
}
