// The reasons that Kenpin itself writes, in the reader's language. A person's reason stays as it is.
import { useI18n } from "vue-i18n";

/** The codes of the reasons that the browser sends by itself. */
export const REASONS = {
  undo: "ui:undo",
  cancel_run: "ui:cancel_run",
  retry_run: "ui:retry_run",
  assign_by_hand: "ui:assign_by_hand",
  reason_bad_picture: "ui:reason_bad_picture",
  reason_no_part: "ui:reason_no_part",
  reason_duplicate: "ui:reason_duplicate",
  reason_excluded_by_mistake: "ui:reason_excluded_by_mistake",
  reason_usable: "ui:reason_usable",
  reason_undecidable: "ui:reason_undecidable",
  reason_not_useful: "ui:reason_not_useful",
  reason_done_by_mistake: "ui:reason_done_by_mistake",
  reason_wrong_images: "ui:reason_wrong_images",
  reason_wrong_standard: "ui:reason_wrong_standard",
  reason_person_visible: "ui:reason_person_visible",
  reason_customer_request: "ui:reason_customer_request",
  reason_confidential: "ui:reason_confidential",
  reason_at_the_limit: "ui:reason_at_the_limit",
  reason_no_rule: "ui:reason_no_rule",
  reason_see_part: "ui:reason_see_part",
  reason_dirt: "ui:reason_dirt",
  reason_overlooked: "ui:reason_overlooked",
  reason_within_limits: "ui:reason_within_limits",
  reason_other_class: "ui:reason_other_class",
  reason_mistyped: "ui:reason_mistyped",
  readjudicated: "ui:readjudicated",
} as const;

type Reason = keyof typeof REASONS;

/** The preset reasons of each dialog. */
const PRESETS = {
  split: ["assign_by_hand"],
  exclude: ["reason_bad_picture", "reason_no_part", "reason_duplicate"],
  restore: ["reason_excluded_by_mistake", "reason_usable"],
  dismiss: ["reason_undecidable", "reason_not_useful"],
  undo: ["reason_done_by_mistake", "reason_wrong_images", "reason_wrong_standard"],
  override: ["reason_overlooked", "reason_within_limits", "reason_other_class", "reason_mistyped"],
  erase: ["reason_person_visible", "reason_customer_request", "reason_confidential"],
  judge: ["reason_at_the_limit", "reason_bad_picture", "reason_dirt", "reason_see_part", "reason_no_rule"],
} as const satisfies Record<string, readonly Reason[]>;

/** The dialogs that have preset reasons. */
export type PresetsOf = keyof typeof PRESETS;

/** The English and Japanese texts in histories from before the codes. They never change. */
const OLD_TEXTS: Partial<Record<Reason, readonly string[]>> = {
  undo: ["undo", "取り消し"],
  cancel_run: ["cancelled in the browser", "画面から中止"],
  retry_run: ["asked for in the browser", "画面から再実行"],
  assign_by_hand: ["by hand", "手作業"],
  reason_bad_picture: ["Out of focus or badly exposed", "ピンぼけ・露光不良"],
  reason_no_part: ["Shows no part", "対象が写っていない"],
  reason_duplicate: ["Duplicate", "重複"],
  reason_excluded_by_mistake: ["Excluded by mistake", "誤って除外した"],
  reason_usable: ["Found usable after all", "使えると判断した"],
  reason_undecidable: ["Cannot be decided", "判断できない"],
  reason_not_useful: ["Of no use for training", "学習に役立たない"],
  reason_done_by_mistake: ["Done by mistake", "操作の誤り"],
  reason_wrong_images: ["Wrong images", "対象画像の誤り"],
  reason_wrong_standard: ["Judged under the wrong standard", "誤った基準での判定"],
  reason_person_visible: ["A person can be seen", "個人が写っている"],
  reason_customer_request: ["A customer asked for it", "顧客からの依頼"],
  reason_confidential: ["Something confidential can be seen", "機密が写っている"],
};

const BY_TEXT: ReadonlyMap<string, Reason> = new Map(
  (Object.keys(REASONS) as Reason[]).flatMap((name) =>
    [REASONS[name], ...(OLD_TEXTS[name] ?? [])].map((text) => [text, name] as const),
  ),
);

/** Return the name of a reason that the browser gave by itself, from its code or its old text. */
export function reasonOfBrowser(text: string): Reason | undefined {
  return BY_TEXT.get(text);
}

/** The texts of the platform in history and queues, by the name of their translation. */
export const PLATFORM_TEXTS = {
  sample: "imported from the sample",
  imported: "imported from {source}",
  probability: "defect probability {probability}",
  sample_split: "the photos that came as test photos are the protected test split",
  elpv_split: "elpv: a quarter of each (label, cell type), by the digest of the file name",
  line_split: "given by the line",
  given_split: "given by {source}",
  given_at_import: "given at import",
  near_duplicates: "near-duplicates",
  split_by_time: "by time, whole groups: {shares}",
  split_by_group: "whole groups by {field}: {shares}, seed {seed}",
  split_shares: "test {test}, validation {validation}",
  window_sample: "percentiles 0.1 and 99.9 of {images} images",
  not_arrived: "the bytes have not arrived; upload them first",
  erased: "the image was erased ({reason})",
  unreadable: "the bytes cannot be read as an image: {error}",
  picture_empty: "the file is empty",
  picture_cut: "the file ends too early",
  picture_kind: "it is no picture; send {kinds}",
  picture_pixels: "it has {size}; the limit is {limit} (setting KENPIN_MAX_PICTURE_PIXELS)",
  picture_bytes: "it has {size} bytes; the limit is {limit} (setting KENPIN_MAX_PICTURE_BYTES)",
  picture_rare: "it is damaged, or of a rare kind",
  picture_damaged: "it is damaged, or of a rare kind {said}",
  no_dataset: "there is no such dataset; create it first",
  id_taken: "the source has given this id to another event, which differs in {fields}; send this one under a new id",
  other_line: "the image says line {line}; this sender may bring in images of {lines}",
  no_line: "the image says no line; this sender may bring in images of {lines}",
  no_json: "the message is no JSON object",
  no_event: "this is no image event: {error}",
  no_time: "captured_at: {text} is no time in ISO 8601; write it as 2026-11-28T09:05:00+09:00",
  too_often: "delivered too often without success",
  silent: "the worker died without a word",
  wordless: "it ended without a word",
  signal: "ended by signal {signal}",
  interrupted: "the worker was told to stop; the run goes on with the next one",
  stopped: "the container stopped: {said}",
} as const;

const escaped = (text: string) => text.replace(/[.*+?^$()|[\]\\/]/g, "\\$&");
interface Found<N extends string> {
  name: N;
  values: Record<string, string>;
}

/** Return a function that finds the name of one of these texts, and the values filled in; null for another text. */
export function readerOf<N extends string>(texts: Readonly<Record<N, string>>): (text: string) => Found<N> | null {
  const patterns = Object.entries<string>(texts).map(
    ([name, text]) => [name as N, new RegExp(`^${escaped(text).replace(/\{(\w+)\}/g, "(?<$1>.+)")}$`, "s")] as const,
  );
  return (text) => {
    for (const [name, pattern] of patterns) {
      const found = pattern.exec(text);
      if (found) return { name, values: { ...found.groups } };
    }
    return null;
  };
}

/** Reads a platform text; null for a person's text. */
export const platformTextOf = readerOf(PLATFORM_TEXTS);

/** Return a function that names a field of an event in words; a field without a word is named as it is. */
export function useFieldName(): (field: string) => string {
  const { t, te } = useI18n();
  return (field) => {
    const own = ["capture", "facet", "image"].map((of) => `${of}.${field}`).find((key) => te(key));
    return own ? t(own) : field;
  };
}

export function useReasonText(): (text: string) => string {
  const { t, te, locale } = useI18n();
  const fieldName = useFieldName();
  /** A text can hold another one, and the name of a field. */
  const inner = (slot: string, value: string): string => {
    if (slot === "field") return t(value === "group" ? "image.group" : `capture.${value}`);
    if (slot === "fields")
      return value
        .split(", ")
        .map(fieldName)
        .join(locale.value === "ja" ? "、" : ", ");
    return slot === "error" || slot === "shares" ? translated(value) : value;
  };
  const translated = (text: string): string => {
    if (te(`suggestion.long.${text}`)) return t(`suggestion.long.${text}`);
    const own = reasonOfBrowser(text);
    if (own) return t(`system_reason.${own}`);
    const plain = translateCodes(text, (reason) => t(`system_reason.${reason}`));
    const found = platformTextOf(plain);
    if (found)
      found.values = Object.fromEntries(
        Object.entries(found.values).map(([slot, value]) => [slot, inner(slot, value)]),
      );
    return found ? t(`platform.${found.name}`, found.values) : plain;
  };
  return translated;
}

/** Return the text with each code in it translated, as in a message that quotes a reason. */
export function translateCodes(text: string, translate: (reason: Reason) => string): string {
  return text.replace(/ui:[a-z_]+/g, (code) => {
    const reason = reasonOfBrowser(code);
    return reason ? translate(reason) : code;
  });
}

/** Return the preset reasons of a dialog in the reader's language. `codeOf` gives the code of an unchanged one. */
export function usePresetReasons(dialog: PresetsOf): {
  presets: string[];
  codeOf: (text: string) => string;
} {
  const { t } = useI18n();
  const codes = new Map(PRESETS[dialog].map((name) => [t(`system_reason.${name}`), REASONS[name]] as const));
  return { presets: [...codes.keys()], codeOf: (text) => codes.get(text) ?? text };
}
