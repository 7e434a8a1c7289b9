import { afterEach, expect, test, vi } from "vitest";
import { api } from "@/api/client";
import type { PlannedSplits } from "@/api/types";
import { carryOutSplit, classesOf, moved } from "./plan";

const counts = { images: 2, moved: 2, groups: 1, verdicts: {} };
const plan: PlannedSplits = {
  version: 4,
  rule: "whole groups by part",
  splits: { train: { ...counts, classes: { dent: 1 } }, test: { ...counts, moved: 1, classes: { crack: 1, dent: 2 } } },
  in_test: 0,
  follow: 0,
  largest_group: 2,
};

afterEach(() => vi.restoreAllMocks());

test("a plan says how many images move and which classes there are", () => {
  expect(moved(plan)).toBe(3);
  expect(classesOf(plan)).toEqual(["crack", "dent"]);
});

test("a split is one batch of as many requests as it takes", async () => {
  const answers = [
    { stream: "dataset-d", version: 5, images: 500, next_cursor: "c1" },
    { stream: "dataset-d", version: 6, images: 20, next_cursor: null },
  ];
  const post = vi
    .spyOn(api, "POST")
    .mockImplementation((() => Promise.resolve({ data: answers.shift(), response: new Response() })) as never);
  const progress = vi.fn();
  const done = await carryOutSplit("d", { by: "part", test: 0.2, validation: 0, seed: 0 }, 4, progress);
  expect([done.images, done.version]).toEqual([520, 6]);
  expect(progress).toHaveBeenCalledExactlyOnceWith(500);
  const calls = post.mock.calls as unknown as [string, { params: { header: Record<string, string> }; body: object }][];
  const sent = calls.map(([, options]) => options);
  expect(sent.map(({ body }) => body)).toMatchObject([{ version: 4 }, { version: 4, cursor: "c1" }]);
  const batches = sent.map(({ params }) => params.header["Kenpin-Batch"]);
  expect(new Set(batches).size).toBe(1);
  expect(batches[0]).toMatch(/^split-/);
});
