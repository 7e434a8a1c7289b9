import { expect, it } from "vitest";
import type { Capture } from "@/api/types";
import { captureOf, formOf, isChanged, localTime, zonedTime } from "./captureFields";

const STORED: Capture = { line: "L1", lot: null, captured_at: "2026-03-02T08:15:04+09:00" };

it("shows a stored time on the wall clock of the site, and gives the same moment back", () => {
  for (const time of ["2026-03-02T08:15:04+09:00", "2026-07-31T23:59:59Z", "2026-12-01T00:30:00-05:30"])
    expect(Date.parse(zonedTime(localTime(time)))).toBe(Date.parse(time));
  expect(zonedTime("2026-03-02T08:15")).toMatch(/^2026-03-02T08:15:00[+-]\d\d:\d\d$/);
  expect([localTime(null), localTime("last week")]).toEqual(["", ""]);
});

it("changes what was written, and nothing else", () => {
  const form = formOf(STORED);
  expect(isChanged(form, STORED)).toBe(false);
  form.texts.line = " L2 ";
  form.texts.station = "";
  expect(isChanged(form, STORED)).toBe(true);
  expect(captureOf(form, STORED)).toMatchObject({ line: "L2", station: null, captured_at: STORED.captured_at });
});

it("empties a field, and keeps a time that it cannot show", () => {
  const form = formOf({ ...STORED, captured_at: "last week" });
  form.texts.line = "";
  expect(captureOf(form, { ...STORED, captured_at: "last week" })).toMatchObject({
    line: null,
    captured_at: "last week",
  });
  expect(captureOf({ ...formOf(STORED), captured_at: "" }, STORED).captured_at).toBeNull();
});
