// The slices of history that a run can leave out of what it learns from.
import type { Run } from "@/api/types";

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
];
