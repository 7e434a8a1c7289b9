// The common reasons of judgements in a project, in the order of their digit keys.
import { computed } from "vue";
import { useProject } from "@/features/datasets/queries";
import { useReasonText, usePresetReasons } from "@/ui/reasons";

export interface CommonReason {
  key: string;
  text: string;
  /** The words that are stored: a code when the browser gave them. */
  stored: string;
}

export function useCommonReasons(project_id: () => string | undefined) {
  const { data: project } = useProject(project_id);
  const { presets, codeOf } = usePresetReasons("judge");
  const reasonText = useReasonText();
  return computed<CommonReason[]>(() => {
    const own = project.value?.judgement_reasons ?? [];
    const stored = own.length ? own : presets.map(codeOf);
    return stored.map((one, at) => ({ key: String(at + 1), text: reasonText(one), stored: one }));
  });
}
