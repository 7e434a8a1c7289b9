import { describe, expect, it } from "vitest";
import type { JudgedRound, RoundWork } from "@/api/types";
import { pace, paces, rates, total } from "./rounds";

const work = (policy: string, judged: number, timed: number, seconds: number): RoundWork => ({
  ...{ policy, judged, ng: 1, timed, seconds },
});
const end = (escapes: number, ng: number, overkills: number, ok: number): JudgedRound["before"] => ({
  ...{ run_id: "r", dataset_version: 1, split: "test", images: ng + ok, escapes, ng, overkills, ok },
});
const ROUNDS: JudgedRound[] = [
  { method: "probe", before: end(2, 8, 1, 10), after: end(1, 8, 0, 0), work: [work("", 5, 4, 10)] },
  { method: "probe", before: end(1, 8, 0, 0), after: end(0, 8, 3, 10), work: [work("", 2, 0, 0), work("a", 2, 2, 3)] },
];

describe("rounds of judging", () => {
  it("sum the work of their policies", () => {
    expect(total(ROUNDS[1]!.work)).toEqual({ judged: 4, ng: 2, timed: 2, seconds: 3 });
  });

  it("count seconds only of judgements whose time is known", () => {
    expect(ROUNDS[0]!.work.map(pace)).toEqual([2.5]);
    expect(ROUNDS[1]!.work.map(pace)).toEqual([null, 1.5]);
  });

  it("have a point of each policy where a time is known", () => {
    expect(paces(ROUNDS)).toEqual([
      { name: "", points: [{ round: 1, value: 2.5 }] },
      { name: "a", points: [{ round: 2, value: 1.5 }] },
    ]);
  });

  it("have the rates of the run before the first and of the run after each, where images were counted", () => {
    const [escapes, overkills] = rates(ROUNDS);
    expect(escapes?.points.map(({ value }) => value)).toEqual([25, 12.5, 0]);
    expect(overkills?.points).toEqual([
      { round: 0, value: 10 },
      { round: 2, value: 30 },
    ]);
    expect(rates([])).toEqual([]);
  });
});
