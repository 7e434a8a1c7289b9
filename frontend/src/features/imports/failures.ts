// The failures of an import before it begins, in the reader's language.
import { useI18n } from "vue-i18n";
import { Problem } from "@/api/problem";
import type { ImportFaultPart } from "@/api/types";
import { useFormat } from "@/ui/format";
import { LIMITS, OverLimit } from "./limits";
import { useImportText } from "./planTexts";
import { BadArchive } from "./source";
import { UnreadableText } from "./texts";

export function useFailureText(): (error: unknown) => unknown {
  const { t } = useI18n();
  const { count, bytes } = useFormat();
  const importText = useImportText();
  return (error) => {
    if (error instanceof OverLimit) return new Error(overLimit(error));
    if (error instanceof UnreadableText) return new Error(t("import.unreadable_text", { path: error.path }));
    if (error instanceof BadArchive) return new Error(t("import.bad_archive", { why: importText(error.message) }));
    if (error instanceof Problem && error.code === "UnreadableSource") return new Error(unreadable(error));
    return error;
  };

  function unreadable({ body }: Problem): string {
    const parts = (body.parameters?.parts ?? []) as ImportFaultPart[];
    // The person chooses on the screen, not with an option.
    if (parts[0]?.code === "two_formats") return t("import.two_formats", parts[0].parameters);
    return t("refusal.UnreadableSource", { reason: importText(parts.length ? parts : (body.detail ?? "")) });
  }

  function overLimit({ excess, files, text_bytes }: OverLimit): string {
    const most = excess === "files" ? count(LIMITS.files) : bytes(LIMITS.text_bytes);
    const found = excess === "files" ? count(files) : bytes(text_bytes);
    return excess === "empty" ? t("import.excess.empty") : t(`import.excess.${excess}`, { found, most });
  }
}
