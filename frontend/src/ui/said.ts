// Reasons that the platform wrote, in the reader's language; what a person wrote stays as it is.
import { useI18n } from "vue-i18n";

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

/** Which words these are, with what was filled in; null for those of a person. */
export function recognised(text: string): { word: Word; values: Record<string, string> } | null {
  for (const [word, pattern] of PATTERNS) {
    const found = pattern.exec(text);
    if (found) return { word, values: { ...found.groups } };
  }
  return null;
}

export function useSaid(): (text: string) => string {
  const { t, te } = useI18n();
  return (text) => {
    if (te(`suggestion.long.${text}`)) return t(`suggestion.long.${text}`);
    const found = recognised(text);
    return found ? t(`platform.${found.word}`, found.values) : text;
  };
}
