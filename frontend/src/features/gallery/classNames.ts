// The names of defect classes in the reader's language. Pure.
import type { Defect, DefectClass } from "@/api/types";

export function className(class_id: string, classes: readonly DefectClass[], locale: string): string {
  const known = classes.find((one) => one.class_id === class_id);
  return (locale === "ja" && known?.name_ja) || known?.name || class_id;
}

export function classNames(defects: readonly Defect[], classes: readonly DefectClass[], locale: string): string {
  return [...new Set(defects.map(({ class_id }) => className(class_id, classes, locale)))].join(", ");
}

/** Return the names of the classes, each with the number of its defects when there are several. */
export function countedNames(defects: readonly Defect[], classes: readonly DefectClass[], locale: string): string {
  const counts = new Map<string, number>();
  for (const { class_id } of defects) counts.set(class_id, (counts.get(class_id) ?? 0) + 1);
  return [...counts]
    .map(([class_id, count]) => className(class_id, classes, locale) + (count > 1 ? ` × ${count}` : ""))
    .join(", ");
}
