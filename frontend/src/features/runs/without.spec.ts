// Every slice that can be left out has a name in both languages.
import { expect, it } from "vitest";
import en from "@/i18n/en.json";
import ja from "@/i18n/ja.json";
import { inputType, SLICE_KINDS } from "./without";

it("names every kind of slice in both languages", () => {
  for (const texts of [en, ja]) expect(Object.keys(texts.without.kinds)).toEqual([...SLICE_KINDS]);
});

it("asks for days and revisions as such", () => {
  expect(SLICE_KINDS.filter((kind) => inputType(kind) === "date")).toEqual(["captured_before", "captured_after"]);
  expect(SLICE_KINDS.filter((kind) => inputType(kind) === "number")).toEqual(["label_book"]);
});
