import { describe, expect, it } from "vitest";
import type { Dataset } from "@/api/types";
import { compared, contradicts, sideOf } from "./newSample";

describe("the side of a limit sample", () => {
  it.each([
    ["OK", "accepted"],
    ["NG", "rejected"],
    ["HOLD", null],
    [null, null],
  ] as const)("of an image that is judged %s is %s", (verdict, side) => {
    expect(sideOf({ verdict })).toBe(side);
  });

  it.each([
    ["OK", "rejected", true],
    ["NG", "accepted", true],
    ["OK", "accepted", false],
    ["NG", "example", false],
    ["HOLD", "rejected", false],
    [null, "accepted", false],
  ] as const)("of %s as %s contradicts the verdict: %s", (verdict, way, wanted) => {
    expect(contradicts({ verdict }, way)).toBe(wanted);
  });
});

it("compares a sample with all judged images of the project, and lists a part of each dataset", () => {
  const dataset = (project_id: string, OK: number) =>
    ({ project_id, counts: { train: { OK, NG: 1, HOLD: 0, unlabelled: 90 } } }) as unknown as Dataset;
  expect(compared([dataset("ours", 9), dataset("ours", 999), dataset("theirs", 9)], "ours")).toEqual({
    judged: 1010,
    listed: 510,
  });
});
