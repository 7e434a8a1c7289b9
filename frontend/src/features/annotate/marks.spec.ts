import { describe, expect, it } from "vitest";
import type { Defect, DrawnDefect } from "@/api/types";
import type { Change, Shape } from "@/canvas";
import { maskOf } from "@/features/gallery/viewer/drawable";
import {
  countsOf,
  defectsOf,
  isSame,
  isUnchanged,
  type Mark,
  marksAfter,
  marksOf,
  shapesOf,
  verdictOf,
  withDigests,
} from "./marks";

const SIZE = { width: 4, height: 3 };
const NONE = { box: null, polygon: null, mask: null };
const crack = { class_id: "crack", ...NONE };
const boxed: DrawnDefect = { ...crack, box: [1, 1, 2, 2] };
const outlined: DrawnDefect = {
  ...crack,
  class_id: "dent",
  polygon: [
    [0, 0],
    [3, 0],
    [3, 2],
  ],
  box: [0, 0, 3, 2],
};
const masked: DrawnDefect = { ...crack, mask: "abc" };
const RUNS = [1, 2, 9];
const classOf = (class_id: string) => ({ class_id, colour: "red" });
const ids = () => {
  let next = 0;
  return () => `m${(next += 1)}`;
};
const marks = (...defects: DrawnDefect[]) => marksOf(defects, ids());
const shape = (id: string, class_id: string, geometry: Shape["geometry"]): Shape => ({
  id,
  colour: "red",
  class_id,
  geometry,
});
const set = (...changes: Change[]) => ({ edit: "draw", changes }) as const;

describe("the runs of a mask", () => {
  it.each([[RUNS], [[0, 12]], [[0, 3, 2, 7]], [[5, 1, 1, 5]]])("%j come back as they were", (counts) => {
    expect(countsOf(maskOf(counts, SIZE))).toEqual(counts);
  });

  it("are pairs of start and end on the canvas", () => {
    expect([...maskOf(RUNS, SIZE).runs]).toEqual([1, 3]);
  });
});

describe("the shapes of marks", () => {
  const stored = maskOf(RUNS, SIZE);

  it("show the most exact place of each defect, and nothing for one without a place", () => {
    const drawn = shapesOf(marks(boxed, outlined, masked, crack), SIZE, new Map([["abc", stored]]), classOf);
    expect(drawn.map(({ id, geometry }) => [id, geometry.kind])).toEqual([
      ["m1", "box"],
      ["m2", "polygon"],
      ["m3", "mask"],
    ]);
  });

  it("leave out a stored mask that has not come", () => {
    expect(shapesOf(marks(masked), SIZE, new Map(), classOf)).toEqual([]);
  });

  it("show a mask that is not stored yet", () => {
    const [drawn] = shapesOf(marks({ ...crack, mask_runs: RUNS }), SIZE, new Map(), classOf);
    expect(drawn!.geometry).toEqual({ kind: "mask", mask: stored });
  });
});

describe("marks after a gesture", () => {
  const box = { kind: "box", box: [1, 1, 2, 2] } as const;

  it("have the new one at the end", () => {
    const after = marksAfter(marks(crack), set({ before: null, after: shape("n", "dent", box) }));
    expect(after.map(({ defect }) => defect)).toEqual([crack, { ...boxed, class_id: "dent" }]);
  });

  it("keep exactly what was said of those that only got another class", () => {
    const geometry = {
      kind: "polygon",
      points: [
        [0, 0],
        [3, 0],
        [3, 2],
      ],
    } as const;
    const change = { before: shape("m1", "dent", geometry), after: shape("m1", "crack", geometry) };
    expect(marksAfter(marks(outlined), set(change))[0]!.defect).toEqual({ ...outlined, class_id: "crack" });
  });

  it("have the new place of one that was moved, in its place of the list", () => {
    const moved = shape("m1", "crack", { kind: "box", box: [0, 0, 2, 2] });
    const after = marksAfter(marks(boxed, masked), set({ before: shape("m1", "crack", box), after: moved }));
    expect(after.map(({ defect }) => defect)).toEqual([{ ...crack, box: [0, 0, 2, 2] }, masked]);
  });

  it("have an accepted proposal, and lack it again once that is undone", () => {
    const proposal: Shape = { ...shape("p", "crack", box), proposal: true };
    const accepted = marksAfter([], set({ before: proposal, after: shape("p", "crack", box) }));
    expect(accepted.map(({ id, defect }) => [id, defect])).toEqual([["p", boxed]]);
    expect(marksAfter(accepted, set({ before: shape("p", "crack", box), after: proposal }))).toEqual([]);
  });

  it("lack the one that was deleted", () => {
    expect(marksAfter(marks(boxed, masked), set({ before: shape("m1", "crack", box), after: null }))).toHaveLength(1);
  });
});

describe("the judgement of marks", () => {
  it("drops a defect without a place once its class has one", () => {
    expect(defectsOf(marks(crack, boxed, { ...crack, class_id: "dent" }))).toEqual([
      boxed,
      { ...crack, class_id: "dent" },
    ]);
  });

  it.each([
    [null, [boxed], "NG"],
    ["OK", [boxed], "NG"],
    ["HOLD", [boxed], "HOLD"],
    [null, [], null],
    ["OK", [], "OK"],
    ["NG", [], "NG"],
  ] as const)("of what was stated as %s with %j is %s", (stated, defects, verdict) => {
    expect(verdictOf(stated, defects)).toBe(verdict);
  });
});

describe("marks and the stored defects", () => {
  const drawn: DrawnDefect = { ...crack, mask_runs: RUNS };
  const stored = { class_id: "crack", mask: "abc" } as Defect;

  it("are the same once a drawn mask has its digest, which the mark then keeps", () => {
    const both: Mark[] = marks(drawn, boxed);
    expect(isSame(defectsOf(both), [stored, boxed])).toBe(true);
    expect(withDigests(both, [stored, boxed]).map(({ defect }) => defect)).toEqual([stored, boxed]);
  });

  it.each([
    [[drawn], [drawn], true],
    [[drawn], [{ ...drawn, mask_runs: [0, 12] }], false],
    [[masked], [{ ...masked, mask: "b" }], false],
    [[boxed], [{ ...boxed, class_id: "dent" }], false],
    [[boxed], [boxed, boxed], false],
    [[boxed], [{ class_id: "crack", box: [1, 1, 2, 2] } as Defect], true],
  ])("%j and %j: %s", (mine, theirs, same) => {
    expect(isSame(mine, theirs)).toBe(same);
  });
});

it("knows a stored mask that was painted on as changed", () => {
  const painted: DrawnDefect = { ...crack, mask_runs: RUNS };
  expect(isUnchanged([painted], [masked])).toBe(false);
  expect(isUnchanged([painted], [{ ...painted }])).toBe(true);
  expect(isUnchanged([masked], [masked])).toBe(true);
});
