import { createI18n } from "vue-i18n";
import { expect, it } from "vitest";
import { Problem } from "@/api/problem";
import ja from "@/i18n/ja.json";
import { problemTexts, statusText } from "./problems";

interface Texts {
  t: (key: string, values: Record<string, string>) => string;
  te: (key: string) => boolean;
}
const { t, te } = createI18n({ legacy: false, locale: "ja", messages: { ja } as never }).global as unknown as Texts;
const { problemText, fieldText, fieldName } = problemTexts({
  t: (key, values) => t(key, values ?? {}),
  te: (key) => te(key),
  count: (value) => new Intl.NumberFormat("ja").format(value),
  reasonText: (text) => (text === "ui:reason_duplicate" ? "重複" : text),
});

it("a refusal is read in the reader's language, with its parameters", () => {
  const few = {
    code: "TooFewLabels",
    detail: "a run needs …",
    parameters: { least_ok: 8, least_ng: 8, ok: 1200, ng: 3 },
  };
  expect(problemText(new Problem(409, few))).toBe(
    "学習には OK 8 枚、NG 8 枚以上の判定が必要です。今は OK 1,200 枚、NG 3 枚です。",
  );
});

it("a reason among the parameters that the browser gave is translated", () => {
  const parameters = { image_id: "a", reason: "ui:reason_duplicate" };
  expect(problemText(new Problem(409, { code: "ImageIsExcluded", parameters }))).toContain("（重複）");
});

it("what has no text of its own is told by its status, never by the words of the server", () => {
  expect(problemText(new Problem(500, { code: "Unexpected", detail: "something broke" }))).toContain("サーバー側");
  expect(problemText(new Problem(404, { code: "NotFound", detail: "there is no run" }))).not.toMatch(/[a-z]/);
  expect([400, 404, 413, 429, 500, 503].map(statusText)).toEqual(
    ["not_taken", "not_found", "too_large", "busy", "broken", "busy"].map((name) => `problem.${name}`),
  );
});

it("a field that is wrong says what it takes", () => {
  const parameters = { max_length: "120" };
  expect(fieldText({ where: "name", what: "", code: "string_too_long", parameters })).toBe(
    "120 文字以下にしてください",
  );
  expect(fieldText({ where: "name", what: "", code: "some_other" })).toBe("この値は使えません");
});

it("a field is named in words where the screens have a word for it", () => {
  const names = ["query.day", "data.capture.line", "query.limit", "name"].map((where) =>
    fieldName({ where, what: "" }),
  );
  expect(names).toEqual(["撮影日", "ライン", "query.limit", "name"]);
});

it("a 404 names the thing that is not there", () => {
  const gone = new Problem(404, { code: "NotFound", parameters: { thing: "run", name: "r7" } });
  expect(problemText(gone)).toBe("学習「r7」は見つかりません。消去されたか、アドレスが違います。");
  expect(problemText(new Problem(404, { code: "NotFound" }))).toBe(
    "見つかりません。消去されたか、アドレスが違います。",
  );
});
