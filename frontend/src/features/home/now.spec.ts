import { expect, it } from "vitest";
import type { Dataset, Run } from "@/api/types";
import { needsMe } from "./now";

const dataset = (suggested: number, HOLD = 0) => ({ suggested, counts: { train: { OK: 1, NG: 0, HOLD, unlabelled: 0 } } }) as unknown as Dataset;
const run = (status: Run["status"], finished_at = "2026-05-01T11:00:00Z", more: Partial<Run> = {}) =>
  ({ status, finished_at, dataset_id: status, requested_at: finished_at, ...more }) as Run;
const noon = Date.parse("2026-05-01T12:00:00Z");

it("failures come first, then images to judge, then runs under way and just finished", () => {
  const kinds = needsMe([dataset(3, 2)], [run("succeeded"), run("running"), run("failed")], noon).map((one) => (one.kind === "run" ? one.run.status : one.kind));
  expect(kinds).toEqual(["failed", "suggested", "hold", "running", "succeeded"]);
});

it("a failure is old news once the dataset was trained on again", () => {
  const failed = run("failed", "2026-05-01T09:00:00Z");
  const again = run("succeeded", "2026-05-01T11:00:00Z", { dataset_id: "failed" });
  expect(needsMe([], [again, failed], noon)).toEqual([{ kind: "run", run: again }]);
});

it("says nothing about what is done or long ago", () => {
  expect(needsMe([dataset(0)], [run("succeeded", "2026-04-20T00:00:00Z"), run("cancelled")], noon)).toEqual([]);
});
