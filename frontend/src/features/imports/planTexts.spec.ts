import { readFileSync } from "node:fs";
import { createI18n } from "vue-i18n";
import { expect, it } from "vitest";
import { readerOf } from "@/ui/reasons";
import type { ImportFaultPart } from "@/api/types";
import ja from "@/i18n/ja.json";
import { faultText, IMPORT_TEXTS, type Reason, rejectedBy } from "./planTexts";

it("says in English what the plan says", () => {
  const words = JSON.parse(readFileSync("src/i18n/en.json", "utf8")) as { import: { text: object } };
  expect(words.import.text).toEqual(IMPORT_TEXTS);
});

it.each([
  ["no image", "no_image", {}],
  ["欠け=skip", "answered_skip", { word: "欠け" }],
  ["same bytes as a.png, which says OK, not NG", "same_bytes", { path: "a.png", other: "OK", own: "NG" }],
])("knows %s", (text, name, values) => {
  expect(readerOf(IMPORT_TEXTS)(text)).toEqual({ name, values });
});

const japanese = createI18n({ legacy: false, locale: "ja", messages: { ja } as never }).global as unknown as {
  t: (key: string, values?: Record<string, string>) => string;
  te: (key: string) => boolean;
};

it.each<[ImportFaultPart[], string]>([
  [
    [
      { code: "in_annotation", parameters: { number: "3" } },
      { code: "no_four_numbers", parameters: { name: "bbox" } },
    ],
    "注釈 3: bbox が 4 つの数ではない",
  ],
  [
    [
      { code: "in_mask", parameters: { path: "m.png" } },
      { code: "not_given", parameters: {} },
    ],
    "マスク m.png: 取り込むものの中にない",
  ],
  [
    [
      { code: "invalid_judgement", parameters: {} },
      { code: "in_field", parameters: { name: "reason" } },
      { code: "string_too_long", parameters: { max_length: "2000" } },
    ],
    "判定として正しくない: reason: 2000 文字以下にしてください",
  ],
  [
    [{ code: "class_lacking", parameters: { name: "割れ", roles: "admin or qa_lead" } }],
    "役割 管理者 / 品質責任者 の人",
  ],
  [[{ code: "no_such_code", parameters: {} }], "この値は使えません"],
  [[{ code: "UnknownImage", parameters: { image_id: "abc" } }], "この画像はデータセットにありません"],
])("says %j in the reader's language", (parts, text) => {
  expect(faultText(parts, { ...japanese, valueText: (each) => each })).toContain(text);
});

it("names the place and the reason of a problem by their codes, for the report too", () => {
  const place = [{ code: "in_line", parameters: { number: "8" } }];
  const parts = [{ code: "not_in_source", parameters: { path: "a.png", source: "parts" } }];
  const text = (reason: Reason) => faultText(reason as ImportFaultPart[], { ...japanese, valueText: (value) => value });
  const problem = { where: "line 8", what: "a.png is not in parts; put it there", place, parts };
  expect(rejectedBy(problem, text)).toEqual({ file: "8 行目", reason: parts });
  expect(rejectedBy({ ...problem, place: [], parts: [] }, text)).toEqual({ file: "line 8", reason: problem.what });
});
