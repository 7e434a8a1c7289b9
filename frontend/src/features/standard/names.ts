// Names of classes of the label book in the reader's language. Pure.
import type { BookClass } from "@/api/types";

export const nameOf = (of: Pick<BookClass, "class_id" | "name" | "name_ja">, locale: string) =>
  (locale === "ja" && of.name_ja) || of.name || of.class_id;

export function nameIn(classes: readonly BookClass[], class_id: string, locale: string): string {
  const known = classes.find((one) => one.class_id === class_id);
  return known ? nameOf(known, locale) : class_id;
}
