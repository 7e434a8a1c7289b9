import { expect, it } from "vitest";
import type { Dataset, Run } from "@/api/types";
import { needsMe } from "./now";

const dataset = (suggested: number, HOLD = 0) => ({ suggested, counts: { train: { OK: 1, NG: 0, HOLD, unlabelled: 0 } } }) as unknown as Dataset;
const run = (status: Run["status"], finished_at = "2026-05-01T11:00:00Z") => ({ status, finished_at }) as Run;
const noon = Date.parse("2026-05-01T12:00:00Z");

it("failures come first, then images to judge, then runs under way and just finished", () => {
  const kinds = needsMe([dataset(3, 2)], [run("succeeded"), run("running"), run("failed")], noon).map((one) => (one.kind === "run" ? one.run.status : one.kind));
  expect(kinds).toEqual(["failed", "suggested", "hold", "running", "succeeded"]);
});

it("says nothing about what is done or long ago", () => {
  expect(needsMe([dataset(0)], [run("succeeded", "2026-04-20T00:00:00Z"), run("cancelled")], noon)).toEqual([]);
});
