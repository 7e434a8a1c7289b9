// The place of a defect in words, for the list and for screen readers.
import { useI18n } from "vue-i18n";
import type { DrawnDefect } from "@/api/types";
import { maskArea } from "@/canvas/geometry/masks";
import type { Mask, Size } from "@/canvas";
import { useFormat } from "@/ui/format";
import { maskOf } from "@/features/gallery/viewer/drawable";

export function usePlaceText() {
  const { t } = useI18n();
  const { count } = useFormat();
  const whole = (value: number | undefined) => count(Math.round(value ?? 0));

  return function placeText(defect: DrawnDefect, size: Size, masks: ReadonlyMap<string, Mask> | undefined): string {
    const { box, polygon, mask, mask_runs } = defect;
    const stored = mask_runs ? maskOf(mask_runs, size) : mask && masks?.get(mask);
    if (stored) return t("annotate.place.mask", { area: count(maskArea(stored)) });
    if (mask) return t(masks ? "annotate.place.no_mask" : "annotate.place.waiting");
    if (polygon) return t("annotate.place.polygon", { corners: count(polygon.length) });
    if (!box) return t("annotate.place.none");
    const [x, y, width, height] = box.map(whole);
    return t("annotate.place.box", { x: x!, y: y!, width: width!, height: height! });
  };
}
