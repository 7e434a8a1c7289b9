import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { reasonOfBrowser, REASONS, recognised, WORDS } from "./reasons";

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

it("knows the browser's own reasons by code and by their old texts", () => {
  expect(reasonOfBrowser(REASONS.undo)).toBe("undo");
  expect(["undo", "取り消し"].map(reasonOfBrowser)).toEqual(["undo", "undo"]);
  expect(["cancelled in the browser", "画面から中止"].map(reasonOfBrowser)).toEqual(["cancel_run", "cancel_run"]);
  expect(["asked for in the browser", "画面から再実行"].map(reasonOfBrowser)).toEqual(["retry_run", "retry_run"]);
  expect(reasonOfBrowser("割れが限度より小さい")).toBeUndefined();
});
