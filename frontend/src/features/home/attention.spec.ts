import { describe, expect, it } from "vitest";
import type { Dataset, DeadLetter, Disk, Parked, Run } from "@/api/types";
import { attentionItems, isReadyForRun } from "./attention";

const dataset = (suggested: number, HOLD = 0) =>
  ({ suggested, counts: { train: { OK: 1, NG: 0, HOLD, unlabelled: 0 } } }) as unknown as Dataset;
const run = (status: Run["status"], finished_at = "2026-05-01T11:00:00Z", more: Partial<Run> = {}) =>
  ({ status, finished_at, run_id: status, dataset_id: status, requested_at: finished_at, ...more }) as Run;
const job = (subject: string) => ({ source: "jobs", id: "j", kind: "train", subject }) as DeadLetter;
const noonText = "2026-05-01T12:00:00Z";
const noon = Date.parse(noonText);

it("failures and what is stuck come first, then images to judge, then runs under way and just finished", () => {
  const world = {
    datasets: [dataset(3, 2)],
    runs: [run("succeeded"), run("running"), run("failed")],
    dead: [job("other")],
    parked: [{ reader: "gallery" } as Parked],
    rejected: 2,
  };
  const kinds = attentionItems(world, noon).map((one) => (one.kind === "run" ? one.run.status : one.kind));
  expect(kinds).toEqual(["dead", "parked", "rejected", "failed", "suggested", "hold", "running", "succeeded"]);
});

it("a disk that is low or full comes before all else, and one with space is not listed", () => {
  const disk = (state: Disk["state"]) => ({ free_bytes: 1e9, total_bytes: 5e10, state });
  const world = { dead: [job("other")], disk: disk("low") };
  expect(attentionItems(world, noon).map(({ kind }) => kind)).toEqual(["disk", "dead"]);
  expect(attentionItems({ disk: disk("enough") }, noon)).toEqual([]);
  expect(attentionItems({ disk: null }, noon)).toEqual([]);
});

it("a failed run whose job is dead is one thing, not two", () => {
  expect(attentionItems({ runs: [run("failed")], dead: [job("failed")] }, noon)).toEqual([
    { kind: "dead", letter: job("failed") },
  ]);
});

it("a failure is old news once the dataset was trained on again", () => {
  const failed = run("failed", "2026-05-01T09:00:00Z");
  const again = run("succeeded", "2026-05-01T11:00:00Z", { dataset_id: "failed" });
  expect(attentionItems({ runs: [again, failed] }, noon)).toEqual([{ kind: "run", run: again, dataset: "failed" }]);
});

it("a run is listed with the name of its dataset", () => {
  const named = { ...dataset(0), dataset_id: "line-1", name: "一次検査" } as Dataset;
  const runs = [run("running", "2026-05-01T11:00:00Z", { dataset_id: "line-1" })];
  expect(attentionItems({ datasets: [named], runs }, noon)).toMatchObject([{ kind: "run", dataset: "一次検査" }]);
});

it("images that nobody suggested wait as well, beside those that were suggested", () => {
  const open = { ...dataset(3), counts: { unassigned: { OK: 0, NG: 0, HOLD: 0, unlabelled: 10 } } } as Dataset;
  expect(attentionItems({ datasets: [open] }, noon)).toMatchObject([
    { kind: "suggested", count: 3 },
    { kind: "unjudged", count: 10 },
  ]);
});

describe("a finished batch asks for a run", () => {
  const judged = (unlabelled: number, suggested = 0) =>
    ({
      dataset_id: "d",
      version: 9,
      suggested,
      counts: { train: { OK: 5, NG: 5, HOLD: 0, unlabelled } },
    }) as unknown as Dataset;
  const of = (dataset_version: number, status: Run["status"] = "succeeded") =>
    run(status, noonText, { dataset_id: "d", dataset_version });

  it.each([
    ["all is judged, and there was no run", judged(0), [], true],
    ["images are left, and there was no run", judged(4), [], false],
    ["the suggestions after the last run are judged", judged(4), [of(7)], true],
    ["suggestions are open", judged(4, 2), [of(7)], false],
    ["nothing happened since the last run", judged(0), [of(9)], false],
    ["a run is under way", judged(0), [of(7, "running")], false],
  ])("%s: %#", (_, given, runs, ready) => expect(isReadyForRun(given, runs)).toBe(ready));

  it("a person who may not start it is told whom to ask", () => {
    const items = attentionItems({ datasets: [judged(0)], askForRun: () => "Ask Hanako." }, noon);
    expect(items).toEqual([{ kind: "finished", dataset: judged(0), ask: "Ask Hanako." }]);
  });
});

it("counts the work that came back", () => {
  const waiting = new Map([["d", { returned: 2 }]]);
  const one = { ...dataset(0), dataset_id: "d" } as Dataset;
  expect(attentionItems({ datasets: [one], waiting }, noon)).toMatchObject([{ what: "returned", count: 2 }]);
});

it("says nothing about what is done or long ago", () => {
  expect(
    attentionItems(
      { datasets: [dataset(0)], runs: [run("succeeded", "2026-04-20T00:00:00Z"), run("cancelled")] },
      noon,
    ),
  ).toEqual([]);
});

it("images are for who may judge them", () => {
  expect(attentionItems({ datasets: [dataset(3, 2)], judged: [] }, noon)).toEqual([]);
});
