import { expect, it } from "vitest";
import type { Dataset, DeadLetter, Disk, Parked, Run } from "@/api/types";
import { attentionItems } from "./attention";

const dataset = (suggested: number, HOLD = 0) =>
  ({ suggested, counts: { train: { OK: 1, NG: 0, HOLD, unlabelled: 0 } } }) as unknown as Dataset;
const run = (status: Run["status"], finished_at = "2026-05-01T11:00:00Z", more: Partial<Run> = {}) =>
  ({ status, finished_at, run_id: status, dataset_id: status, requested_at: finished_at, ...more }) as Run;
const job = (subject: string) => ({ source: "jobs", id: "j", kind: "train", subject }) as DeadLetter;
const noon = Date.parse("2026-05-01T12:00:00Z");

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
  expect(attentionItems({ runs: [again, failed] }, noon)).toEqual([{ kind: "run", run: again }]);
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
