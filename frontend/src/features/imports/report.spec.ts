import { expect, it } from "vitest";
import type { LabelOutcome } from "@/api/types";
import { addLabels, addRegistered, csvOf, newReport } from "./report";

const pathOf = (id: string) => `${id}.png`;
const labelled = (image_id: string, more: Partial<LabelOutcome>): LabelOutcome => ({
  image_id,
  outcome: "judged",
  detail: "",
  parts: [],
  differs: "",
  clipped: false,
  split: false,
  ...more,
});

it("counts every image once, however often a step is repeated", () => {
  const report = newReport("import-1", [{ file: "x.png", reason: "damaged" }]);
  const registered = { digest: "a", outcome: "registered", detail: "", excluded: false } as const;
  addRegistered(report, [registered, { ...registered, digest: "k", outcome: "known" }], pathOf);
  addRegistered(
    report,
    [
      { ...registered, outcome: "known" },
      { ...registered, digest: "r", outcome: "rejected", detail: "no" },
    ],
    pathOf,
  );
  addLabels(
    report,
    [labelled("a", { clipped: true, split: true }), labelled("k", { outcome: "already_judged" })],
    pathOf,
  );
  addLabels(report, [labelled("a", { outcome: "already_judged" })], pathOf);
  expect([...report.taken, ...report.known]).toEqual(["a", "k"]);
  expect([...report.judged, ...report.already_judged, ...report.split]).toEqual(["a", "k", "a"]);
  expect([...report.clipped]).toEqual(["a.png"]);
  expect(Object.fromEntries(report.rejected)).toEqual({ "x.png": "damaged", "r.png": "no" });
});

it("writes a table that spreadsheets read", () => {
  const rejected = [{ file: '欠け/"a", b.png', note: "damaged" }];
  expect(csvOf({ rejected, clipped: [{ file: "c.png", note: "cut off" }] }).split("\r\n")).toEqual([
    '\ufeff"file","outcome","reason"',
    '"欠け/""a"", b.png","rejected","damaged"',
    '"c.png","clipped","cut off"',
    "",
  ]);
});
