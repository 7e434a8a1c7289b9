import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { reasonOfBrowser, REASONS, platformTextOf, translateCodes, PLATFORM_TEXTS } from "./reasons";

it("knows the platform's words, with what was filled in", () => {
  expect(platformTextOf("imported from the sample")).toEqual({ name: "sample", values: {} });
  expect(platformTextOf("imported from photos/2026 (1)")).toEqual({
    name: "imported",
    values: { source: "photos/2026 (1)" },
  });
  expect(platformTextOf("the image was erased (a person in it)")?.values).toEqual({ reason: "a person in it" });
});

it("knows why the decoder refuses a picture", () => {
  const kinds = "PNG, JPEG, TIFF, BMP, WebP, GIF, PPM, AVIF or JPEG 2000";
  expect(platformTextOf(`it is no picture; send ${kinds}`)).toEqual({ name: "picture_kind", values: { kinds } });
  expect(
    platformTextOf("it has 400,000,170 bytes; the limit is 1,024 (setting KENPIN_MAX_PICTURE_BYTES)")?.values,
  ).toEqual({ size: "400,000,170", limit: "1,024" });
  expect(platformTextOf("it has 30,000×20,000 pixels; the limit is 9 (setting KENPIN_MAX_PICTURE_PIXELS)")?.name).toBe(
    "picture_pixels",
  );
  expect(platformTextOf("it is damaged, or of a rare kind (bad marker)")?.name).toBe("picture_damaged");
});

it("knows why the intake refuses the time of an event", () => {
  const text = "captured_at: gestern is no time in ISO 8601; write it as 2026-11-28T09:05:00+09:00";
  expect(platformTextOf(text)).toEqual({ name: "no_time", values: { text: "gestern" } });
});

it("knows why the intake refuses an event of another line", () => {
  const text = "the image says line L2; this sender may bring in images of L1, L3";
  expect(platformTextOf(text)).toEqual({ name: "other_line", values: { line: "L2", lines: "L1, L3" } });
});

it("knows the rule of a split, which holds other texts", () => {
  expect(platformTextOf("whole groups by part: test 0.2, validation 0, seed 7")).toEqual({
    name: "split_by_group",
    values: { field: "part", shares: "test 0.2, validation 0", seed: "7" },
  });
  expect(platformTextOf("test 0.2, validation 0")?.values).toEqual({ test: "0.2", validation: "0" });
});

it("leaves a person's words alone", () => {
  expect(platformTextOf("割れが限度より小さい")).toBeNull();
  expect(platformTextOf("I imported from memory")).toBeNull();
});

it("says in English what lies in history", () => {
  const { platform } = JSON.parse(readFileSync("src/i18n/en.json", "utf8")) as { platform: object };
  expect(platform).toEqual(PLATFORM_TEXTS);
});

it("knows the browser's own reasons by code and by their old texts", () => {
  expect(reasonOfBrowser(REASONS.undo)).toBe("undo");
  expect(["undo", "取り消し"].map(reasonOfBrowser)).toEqual(["undo", "undo"]);
  expect(["cancelled in the browser", "画面から中止"].map(reasonOfBrowser)).toEqual(["cancel_run", "cancel_run"]);
  expect(["asked for in the browser", "画面から再実行"].map(reasonOfBrowser)).toEqual(["retry_run", "retry_run"]);
  expect(reasonOfBrowser("割れが限度より小さい")).toBeUndefined();
});

it("knows the preset reasons by code and by their old texts in both languages", () => {
  expect(["ui:assign_by_hand", "by hand", "手作業"].map(reasonOfBrowser)).toEqual(Array(3).fill("assign_by_hand"));
  expect(["ui:reason_duplicate", "Duplicate", "重複"].map(reasonOfBrowser)).toEqual(Array(3).fill("reason_duplicate"));
  expect(["Wrong images", "対象画像の誤り"].map(reasonOfBrowser)).toEqual(Array(2).fill("reason_wrong_images"));
  expect(["A person can be seen", "個人が写っている"].map(reasonOfBrowser)).toEqual(
    Array(2).fill("reason_person_visible"),
  );
});

it("has each reason as a code and in both languages", () => {
  for (const [name, code] of Object.entries(REASONS)) expect(code).toBe(`ui:${name}`);
  for (const locale of ["en", "ja"]) {
    const words = JSON.parse(readFileSync(`src/i18n/${locale}.json`, "utf8")) as { system_reason: object };
    expect(Object.keys(words.system_reason)).toEqual(Object.keys(REASONS));
  }
});

it("translates a code that a message quotes, and leaves an unknown code", () => {
  expect(translateCodes("the image was erased (ui:reason_confidential)", (name) => `<${name}>`)).toBe(
    "the image was erased (<reason_confidential>)",
  );
  expect(translateCodes("ui:other", () => "")).toBe("ui:other");
});
