import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { recognised, WORDS } from "./said";

it("knows the platform's words, with what was filled in", () => {
  expect(recognised("imported from the sample")).toEqual({ word: "sample", values: {} });
  expect(recognised("imported from photos/2026 (1)")).toEqual({
    word: "imported",
    values: { source: "photos/2026 (1)" },
  });
  expect(recognised("the image was erased (a person in it)")?.values).toEqual({ reason: "a person in it" });
});

it("leaves a person's words alone", () => {
  expect(recognised("割れが限度より小さい")).toBeNull();
  expect(recognised("I imported from memory")).toBeNull();
});

it("says in English what lies in history", () => {
  const { platform } = JSON.parse(readFileSync("src/i18n/en.json", "utf8")) as { platform: object };
  expect(platform).toEqual(WORDS);
});
