// What a plan and a report say about files and words, in the reader's language.
import { useI18n } from "vue-i18n";
import type { ImportFaultPart, ImportProblem } from "@/api/types";
import { useProblemText } from "@/ui/problems";
import { readerOf, useReasonText } from "@/ui/reasons";
import type { Rejected } from "./prepare";

/** Why a file or an item stays out: a text, the codes of a fault with its place before it, or a failed request. */
export type Reason = string | readonly ImportFaultPart[] | Error;

/** The texts of the server and of this folder, by the name of their translation. */
export const IMPORT_TEXTS = {
  folders: "folders",
  yolo_layout: "YOLO detection or segmentation",
  lookout_layout: "SageMaker Ground Truth or Lookout for Vision manifest",
  csv_layout: "CSV manifest",
  jsonl_layout: "JSON Lines manifest",
  unknown_word: "no known word for a verdict or a class",
  alike_class: "differs from the class {name} in width or case alone",
  no_image: "no image",
  no_entry: "images without an entry (masks, or not listed)",
  left_by_macos: "left by macOS",
  left_by_nas: "left by a NAS",
  left_by_windows: "left by Windows",
  left_by_linux: "left by Linux",
  hidden_folder: "in a hidden folder",
  left_by_document: "left by an open document",
  answered_skip: "{word}=skip",
  outside_archive: "its path leads outside of the archive",
  encrypted: "is encrypted; unpack it first",
  archive: "is an archive; unpack it first",
  second_path: "a second file of the same path",
  zip_bomb: "packed more than {ratio} times (a zip bomb)",
  no_picture: "is no {kinds}",
  unreadable: "cannot be read: {error}",
  in_mask: "mask {path}",
  not_given: "is not in the source",
  only_path: "only its path is known here, not its content",
  same_bytes: "same bytes as {path}, which says {other}, not {own}",
  same_bytes_split: "same bytes as {path}, which is in another split",
} as const;

const importTextOf = readerOf(IMPORT_TEXTS);

interface Language {
  t: (key: string, values?: Record<string, string>) => string;
  te: (key: string) => boolean;
  /** Translates the text in a parameter, such as the reason that a picture cannot be read. */
  valueText: (text: string) => string;
}

/** Return the text of a fault: its place, then what is wrong there. `roles` are translated by their ids. */
export function faultText(parts: readonly ImportFaultPart[], { t, te, valueText }: Language): string {
  const slotText = (name: string, value: string) =>
    name === "roles"
      ? value
          .split(" or ")
          .map((role) => t(`role.${role}`))
          .join(" / ")
      : valueText(value);
  function partText({ code, parameters }: ImportFaultPart): string {
    const keys = [`import.fault.${code}`, `import.text.${code}`, `refusal.${code}`, `invalid.${code}`];
    const values = Object.entries(parameters).map(([name, value]) => [name, slotText(name, value)] as const);
    return t(keys.find(te) ?? "invalid.other", Object.fromEntries(values));
  }
  return parts.map(partText).join(": ");
}

export function useImportText(): (reason: Reason) => string {
  const { t, te } = useI18n();
  const reasonText = useReasonText();
  const { problemText } = useProblemText();
  const valueText = (text: string): string => {
    const found = importTextOf(text);
    return found ? t(`import.text.${found.name}`, found.values) : reasonText(text);
  };
  return (reason) => {
    if (reason instanceof Error) return problemText(reason);
    return typeof reason === "string" ? valueText(reason) : faultText(reason, { t, te, valueText });
  };
}

/** Return the place of a problem in the source, such as a line of a file, with its reason. */
export function rejectedBy({ place, where, parts, what }: ImportProblem, text: (reason: Reason) => string): Rejected {
  return {
    file: place.length ? place.map((one) => text([one])).join(" ") : where,
    reason: parts.length ? parts : what,
  };
}
