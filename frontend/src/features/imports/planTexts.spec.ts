import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readerOf } from "@/ui/reasons";
import { IMPORT_TEXTS } from "./planTexts";

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
