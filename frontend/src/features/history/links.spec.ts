import { expect, it } from "vitest";
import type { ChainLink } from "@/api/types";
import { canBeUndone, saysVerdict, tone } from "./links";

const link = (more: Partial<ChainLink>): ChainLink =>
  ({ kind: "judged", at: "2026-03-02T08:15:00Z", classes: [], escape: false, ...more }) as ChainLink;

it("takes the tone of the verdict, and red for an escape found late", () => {
  expect(tone(link({ becomes: "OK" }))).toBe("ok");
  expect(tone(link({ kind: "field_return", becomes: "NG", was: "OK", escape: true }))).toBe("ng");
  expect(tone(link({ kind: "split", becomes: "train" }))).toBe("plain");
  expect(tone(link({ kind: "run" }))).toBe("accent");
});

it("tells a revert of a judgement by its verdicts, one of a split in words", () => {
  expect(saysVerdict(link({ kind: "reverted", outcome: "judged" }))).toBe(true);
  expect(saysVerdict(link({ kind: "reverted", outcome: "split" }))).toBe(false);
});

it("offers to undo what people decided, not what runs and models did", () => {
  expect(canBeUndone(link({ version: 7 }))).toBe(true);
  expect(canBeUndone(link({ kind: "run", version: 7 }))).toBe(false);
  expect(canBeUndone(link({ kind: "field_return", version: 7 }))).toBe(false);
});
