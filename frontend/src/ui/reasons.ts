// The reasons that Kenpin itself writes, for display in the reader's language; a person's reason stays as it is.
import { useI18n } from "vue-i18n";

/** The codes of the reasons that the browser gives by itself. */
export const REASONS = { undo: "ui:undo", cancel_run: "ui:cancel_run", retry_run: "ui:retry_run" } as const;

type Reason = keyof typeof REASONS;

/** The texts in histories from before the codes, and the codes. */
const BY_TEXT: ReadonlyMap<string, Reason> = new Map([
  ...(Object.keys(REASONS) as Reason[]).map((name) => [REASONS[name], name] as const),
  ["undo", "undo"],
  ["取り消し", "undo"],
  ["cancelled in the browser", "cancel_run"],
  ["画面から中止", "cancel_run"],
  ["asked for in the browser", "retry_run"],
  ["画面から再実行", "retry_run"],
]);

/** Return the name of a reason that the browser gave by itself, from its code or its old text. */
export function reasonOfBrowser(text: string): Reason | undefined {
  return BY_TEXT.get(text);
}

/** The words as they lie in history and queues, which nobody edits, by the name of their translation. */
export const WORDS = {
  sample: "imported from the sample",
  imported: "imported from {source}",
  probability: "defect probability {probability}",
  sample_split: "the photos that came as test photos are the protected test split",
  elpv_split: "elpv: a quarter of each (label, cell type), by the digest of the file name",
  line_split: "given by the line",
  given_split: "given by {source}",
  not_arrived: "the bytes have not arrived; upload them first",
  erased: "the image was erased ({reason})",
  unreadable: "the bytes cannot be read as an image ({error}); send PNG, JPEG, BMP, TIFF or WebP",
  no_dataset: "there is no such dataset; create it first",
  no_json: "the message is no JSON object",
  no_event: "this is no image event: {error}",
  too_often: "delivered too often without success",
  silent: "the worker died without a word",
  wordless: "it ended without a word",
  signal: "ended by signal {signal}",
  interrupted: "the worker was told to stop; the run goes on with the next one",
  stopped: "the container stopped: {said}",
} as const;

export type Word = keyof typeof WORDS;

const escaped = (text: string) => text.replace(/[.*+?^$()|[\]\\/]/g, "\\$&");
const PATTERNS = Object.entries(WORDS).map(
  ([word, text]) => [word as Word, new RegExp(`^${escaped(text).replace(/\{(\w+)\}/g, "(?<$1>.+)")}$`, "s")] as const,
);

/** Return the name of the platform's words and the values filled in; null for a person's words. */
export function recognised(text: string): { word: Word; values: Record<string, string> } | null {
  for (const [word, pattern] of PATTERNS) {
    const found = pattern.exec(text);
    if (found) return { word, values: { ...found.groups } };
  }
  return null;
}

export function useReasonText(): (text: string) => string {
  const { t, te } = useI18n();
  return (text) => {
    if (te(`suggestion.long.${text}`)) return t(`suggestion.long.${text}`);
    const own = reasonOfBrowser(text);
    if (own) return t(`system_reason.${own}`);
    const found = recognised(text);
    return found ? t(`platform.${found.word}`, found.values) : text;
  };
}
