import { describe, expect, it } from "vitest";
import type { PlannedImport } from "@/api/types";
import { type ImportFact, type ImportState, next, type ReadSource, START } from "./importState";

const source: ReadSource = { name: "photos", files: [], passed_over: [], texts: {} };
const question = (word: string) => ({ word, why: "", images: 1, examples: [], choices: [] });
const planned = (...words: string[]) =>
  ({ plan: { questions: words.map(question) }, classes: [], items: [] }) as unknown as PlannedImport;
const prepared = { images: [], masks: [], copies: [], rejected: [], corrections: [] };
const report = { batch_id: "b" } as Extract<ImportFact, { fact: "finished" }>["report"];

const after = (...facts: ImportFact[]): ImportState =>
  facts.reduce<ImportState>((state, fact) => next(state, fact), START);
const READ: ImportFact[] = [{ fact: "reading" }, { fact: "read", source }];
const PLANNED: ImportFact[] = [...READ, { fact: "planned", planned: planned(), files: 2 }];
const READY: ImportFact[] = [...PLANNED, { fact: "prepared", prepared }];

describe("an import", () => {
  it("goes from the choice to the report", () => {
    const facts: ImportFact[] = [...READY, { fact: "confirmed", corrects: true }, { fact: "finished", report }];
    expect(facts.map((_, at) => after(...facts.slice(0, at + 1)).step)).toEqual([
      "reading",
      "planning",
      "digesting",
      "ready",
      "sending",
      "done",
    ]);
  });

  it("asks as long as the plan has questions, and keeps every word in sight", () => {
    const asking = after(...READ, { fact: "planned", planned: planned("欠け", "A級"), files: 0 });
    expect(asking.step).toBe("asking");
    const answered = next(asking, { fact: "answered", word: "欠け", meaning: "NG:chip" });
    expect(answered).toMatchObject({ step: "planning", answers: { 欠け: "NG:chip" } });
    const again = next(answered, { fact: "planned", planned: planned("A級"), files: 0 });
    expect(again).toMatchObject({ step: "asking", asked: [{ word: "欠け" }, { word: "A級" }] });
  });

  it("is planned anew when an answer is changed or taken back", () => {
    const ready = next(after(...READY), { fact: "answered", word: "欠け", meaning: "OK" });
    expect(ready).toMatchObject({ step: "planning", answers: { 欠け: "OK" } });
    expect(ready).not.toHaveProperty("prepared");
    expect(next(ready, { fact: "answered", word: "欠け", meaning: "" })).toMatchObject({ answers: {} });
  });

  it("is planned anew in another format, without the answers to other words", () => {
    const answered = next(after(...READY), { fact: "answered", word: "欠け", meaning: "OK" });
    expect(next(answered, { fact: "format_chosen", format: "coco" })).toEqual({
      ...{ step: "planning", source, format: "coco", answers: {}, asked: [] },
    });
  });

  it("corrects capture conditions where a person wants it", () => {
    const corrections = [{ digest: "a", path: "a.png", changed: [], capture: {} }];
    const ready = after(...PLANNED, { fact: "prepared", prepared: { ...prepared, corrections } });
    for (const corrects of [true, false])
      expect(next(ready, { fact: "confirmed", corrects })).toMatchObject({
        prepared: { corrections: corrects ? corrections : [] },
      });
  });

  it("counts the files that were compared", () => {
    expect(after(...PLANNED, { fact: "digested" })).toMatchObject({ done: 1, total: 2 });
  });

  it.each<[string, ImportFact[], ImportFact]>([
    ["a second confirmation", [...READY, { fact: "confirmed", corrects: true }], { fact: "confirmed", corrects: true }],
    ["another choice while it sends", [...READY, { fact: "confirmed", corrects: true }], { fact: "reading" }],
    [
      "an answer while it sends",
      [...READY, { fact: "confirmed", corrects: true }],
      { fact: "answered", word: "a", meaning: "OK" },
    ],
    ["a comparison that is not of this plan", READ, { fact: "prepared", prepared }],
    ["a report without an import", [], { fact: "finished", report }],
  ])("takes no notice of %s", (_, before, fact) => {
    const state = after(...before);
    expect(next(state, fact)).toBe(state);
  });
});
