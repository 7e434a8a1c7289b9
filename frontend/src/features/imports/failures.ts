// The failures of an import before it begins, in the reader's language.
import { useI18n } from "vue-i18n";
import { useFormat } from "@/ui/format";
import { LIMITS, OverLimit } from "./limits";
import { useImportText } from "./planTexts";
import { BadArchive } from "./source";
import { UnreadableText } from "./texts";

/** The plan's message where two formats fit: the person chooses on the screen, not with an option. */
const TWO_FORMATS = /^(?<name>.*) looks like (?<formats>.*); choose with --format$/s;

export function useFailureText(): (error: unknown) => unknown {
  const { t } = useI18n();
  const { count, bytes } = useFormat();
  const importText = useImportText();
  return (error) => {
    if (error instanceof OverLimit) return new Error(overLimit(error));
    if (error instanceof UnreadableText) return new Error(t("import.unreadable_text", { path: error.path }));
    if (error instanceof BadArchive) return new Error(t("import.bad_archive", { why: importText(error.message) }));
    const two = error instanceof Error && TWO_FORMATS.exec(error.message);
    return two ? new Error(t("import.two_formats", { ...two.groups })) : error;
  };

  function overLimit({ excess, files, text_bytes }: OverLimit): string {
    const most = excess === "files" ? count(LIMITS.files) : bytes(LIMITS.text_bytes);
    const found = excess === "files" ? count(files) : bytes(text_bytes);
    return excess === "empty" ? t("import.excess.empty") : t(`import.excess.${excess}`, { found, most });
  }
}
