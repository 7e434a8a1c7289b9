// The slices of history that a run can leave out of what it learns from.
import { useI18n } from "vue-i18n";
import type { Run } from "@/api/types";
import { usePeople } from "@/features/people/usePeople";

export type SliceKind = NonNullable<Run["without"]>["kind"];

export const SLICE_KINDS: readonly SliceKind[] = [
  "line",
  "product",
  "lot",
  "camera",
  "light",
  "group",
  "captured_before",
  "captured_after",
  "person",
  "label_book",
];

/** The input that a value of this kind is typed in; a person is chosen from a list. */
export function inputType(kind: SliceKind): "date" | "number" | "text" {
  if (kind.startsWith("captured")) return "date";
  return kind === "label_book" ? "number" : "text";
}

/** Name a slice in the reader's language, and a person by name. */
export function useSliceText() {
  const { t } = useI18n();
  const { nameOf } = usePeople();
  return ({ kind, value }: NonNullable<Run["without"]>) =>
    `${t(`without.kinds.${kind}`)} ${kind === "person" ? nameOf(value) : value}`;
}
