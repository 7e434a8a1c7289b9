// What a plan and a report say about files and words, in the reader's language.
import { useI18n } from "vue-i18n";
import { readerOf, useReasonText } from "@/ui/reasons";

/** The texts of the server and of this folder, by the name of their translation. */
export const IMPORT_TEXTS = {
  folders: "folders",
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
  same_bytes: "same bytes as {path}, which says {other}, not {own}",
  same_bytes_split: "same bytes as {path}, which is in another split",
} as const;

const importTextOf = readerOf(IMPORT_TEXTS);

export function useImportText(): (text: string) => string {
  const { t } = useI18n();
  const reasonText = useReasonText();
  return (text) => {
    const found = importTextOf(text);
    return found ? t(`import.text.${found.name}`, found.values) : reasonText(text);
  };
}
