import { describe, expect, it } from "vitest";
import type { Curve, CurvePoint } from "@/api/types";
import { figuresOf, moved, nearerEnd, nearest, stepsOf } from "./zone";

/** 4 NG (.2 .6 .8 .9) and 10 OK, of which three reach .3, .5 and .7. */
const point = (threshold: number, escapes: number, overkills: number) =>
  ({ threshold, escapes, overkills, escape_rate: escapes / 4, overkill_rate: overkills / 10 }) as CurvePoint;
const POINTS = [point(0.1, 0, 10), point(0.2, 0, 3), point(0.5, 1, 2), point(0.75, 2, 0), point(0.9, 3, 0)];
const COUNTS = { ng: 4, ok: 10, defect_rate: 0.02 };

describe("a grey zone", () => {
  it("leaves escapes below it, overkills above it and the rest to people", () => {
    expect(figuresOf(COUNTS, POINTS[2]!, POINTS[3]!)).toEqual({
      escapes: 1,
      overkills: 0,
      looked_ng: 1,
      looked_ok: 2,
      looked_share: 0.02 * (1 / 4) + 0.98 * (2 / 10),
    });
  });

  it("of one threshold leaves nothing to people", () => {
    expect(figuresOf(COUNTS, POINTS[2]!, POINTS[2]!)).toMatchObject({ escapes: 1, overkills: 2, looked_share: 0 });
  });

  it("has no share of production without images of both verdicts", () => {
    expect(figuresOf({ ...COUNTS, ng: 0 }, POINTS[2]!, POINTS[3]!).looked_share).toBeNull();
  });

  it.each([
    ["low", 0.6, { low: 0.6, high: 0.6 }],
    ["low", 0.1, { low: 0.1, high: 0.5 }],
    ["high", 0.2, { low: 0.2, high: 0.2 }],
    ["high", 0.9, { low: 0.3, high: 0.9 }],
  ] as const)("has an end %s that moves to %d and takes the other along", (end, to, zone) => {
    expect(moved({ low: 0.3, high: 0.5 }, end, to)).toEqual(zone);
  });

  it.each([
    [{ low: 0.3, high: 0.5 }, 0.35, "low"],
    [{ low: 0.3, high: 0.5 }, 0.45, "high"],
    [{ low: 0.4, high: 0.4 }, 0.1, "low"],
    [{ low: 0.4, high: 0.4 }, 0.9, "high"],
  ] as const)("%o is taken by a press at %d at its end %s", (zone, at, end) => {
    expect(nearerEnd(zone, at)).toBe(end);
  });
});

it("the nearest point is found, the lower of two as near", () => {
  expect([0, 0.21, 0.35, 1].map((threshold) => nearest(POINTS, threshold))).toEqual([0, 1, 1, 4]);
});

it("the points that people decide by are steps too, each once", () => {
  const curve = { points: [POINTS[0], POINTS[2]], chosen: POINTS[1], zero_escape: null, cheapest: POINTS[2] } as Curve;
  expect(stepsOf(curve).map(({ threshold }) => threshold)).toEqual([0.1, 0.2, 0.5]);
});
