// The slice of images that a gate is for, in the reader's language.
import type { MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";
import type { GateLimit } from "@/api/types";
import { useSliceNames } from "@/features/evaluation/sliceNames";

export function useGateSlices(project_id: MaybeRefOrGetter<string | undefined>) {
  const { t } = useI18n();
  const { nameOf, titleOf } = useSliceNames(project_id);

  /** `worst`: the value whose figure was found, where the gate names none. */
  function sliceOf(gate: GateLimit, worst?: string | null): string {
    if (gate.slice_by == null) return "";
    const value = gate.slice_value ?? worst;
    return `${titleOf(gate.slice_by)}: ${value == null ? t("gates.worst") : nameOf(gate.slice_by, value)}`;
  }
  return { sliceOf };
}
