import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

type Words = { [key: string]: string | string[] | Words };

const words = (locale: string) => JSON.parse(readFileSync(`src/i18n/${locale}.json`, "utf8")) as Words;

function flat(node: Words, prefix = ""): Map<string, string> {
  const leaves = Object.entries(node).flatMap(([key, value]): [string, string][] => {
    const path = prefix ? `${prefix}.${key}` : key;
    return typeof value === "object" && !Array.isArray(value) ? [...flat(value, path)] : [[path, String(value)]];
  });
  return new Map(leaves);
}

const ja = flat(words("ja"));
const en = flat(words("en"));
const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((path) => /\.(vue|ts)$/.test(path) && !path.endsWith(".spec.ts"))
  .map((path) => readFileSync(join("src", path), "utf8"))
  .join("\n");
const slots = (text: string) => [...new Set([...text.matchAll(/\{\w+\}/g)].map(String))].sort();

it("both languages say the same things", () => {
  expect([...en.keys()].sort()).toEqual([...ja.keys()].sort());
});

it("both languages fill in the same values", () => {
  const unlike = [...ja]
    .filter(([key, text]) => slots(text).join() !== slots(en.get(key) ?? "").join())
    .map(([key]) => key);
  expect(unlike).toEqual([]);
});

it("Japanese has full-width brackets and the words of the glossary", () => {
  const formulas = new Set(["agreement.fleiss_formula"]);
  const not = /受入|素性|取り置き|プローブ|バイト列|クラス|市場不良|分割/;
  const wrong = [...ja].filter(([key, text]) => (/[()]/.test(text) && !formulas.has(key)) || not.test(text));
  expect(wrong).toEqual([]);
});

it("only what measures novelty is called unknown", () => {
  const called = [...ja].filter(([, text]) => text.includes("未知")).map(([key]) => key);
  expect(called.filter((key) => !/unfamiliar|^drift\./.test(key))).toEqual([]);
});

it("every message that is asked for exists", () => {
  const asked = [...sources.matchAll(/\bt\(\s*"([a-z_]+(?:\.\w+)+)"|\bt\('([a-z_]+(?:\.\w+)+)'/g)].map(
    (match) => match[1] ?? match[2]!,
  );
  expect(asked.length).toBeGreaterThan(50);
  expect(asked.filter((key) => !ja.has(key))).toEqual([]);
});

it("every message gets the values that it fills in", () => {
  const asked = [...sources.matchAll(/\bt\(\s*["']([\w.]+)["'],\s*\{([^{}]*)\}/g)];
  const lacking = asked.flatMap(([, key, values]) => {
    const given = new Set(values!.split(",").map((value) => `{${value.split(":")[0]!.trim()}}`));
    const needed = slots(en.get(key!) ?? "").filter((slot) => slot !== "{count}" && slot !== "{n}");
    return values!.includes("...") ? [] : needed.filter((slot) => !given.has(slot)).map((slot) => `${key} ${slot}`);
  });
  expect(asked.length).toBeGreaterThan(50);
  expect(lacking).toEqual([]);
});

it("English counts of things have a form for one", () => {
  const things = "images|pictures|pairs|groups|marks|labels|judgements|versions|commits|events|files|people|tries";
  const counted = new RegExp(`\\{\\w+\\} (?:(?!of )[a-z]+ ){0,2}?(?:${things})\\b`);
  // The texts of refusals and imports come with limits and counts of the server.
  const found = [...en].filter(
    ([key, text]) => !/^(refusal|invalid|import|platform)\./.test(key) && counted.test(text),
  );
  expect(found.length).toBeGreaterThan(30);
  expect(found.filter(([, text]) => !text.includes(" | ")).map(([key]) => key)).toEqual([]);
});

it("every message with forms gets the number that chooses one", () => {
  const asked = [...sources.matchAll(/\bt\(\s*["']([\w.]+)["'](?:,\s*\{[^{}]*\})?\s*,?\s*\)/g)].map(
    (match) => match[1]!,
  );
  expect(asked.length).toBeGreaterThan(50);
  expect(asked.filter((key) => en.get(key)?.includes(" | "))).toEqual([]);
});

it("no message is left over", () => {
  const families = [...sources.matchAll(/[`"']([a-z_]+(?:\.[a-zA-Z_]+)*)\.\$\{/g)].map((match) => `${match[1]}.`);
  const facets = ["verdict.", "split."];
  const words = new Set(sources.match(/[\w.-]+/g));
  const unused = [...ja.keys()].filter(
    (key) => !words.has(key) && ![...families, ...facets].some((family) => key.startsWith(family)),
  );
  expect(unused).toEqual([]);
});

it("every event of a dataset has a name", () => {
  const events = readdirSync("../events/dataset").map((file) => file.split(".")[0]!);
  expect(events.length).toBeGreaterThan(10);
  expect(events.filter((event) => !ja.has(`event.${event}`))).toEqual([]);
});
