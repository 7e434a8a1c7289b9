import { describe, expect, it } from "vitest";
import { openAfter, overlap, type Proposable, proposalsOf } from "./proposals";

const classOf = (class_id: string | null | undefined) => ({ class_id: class_id ?? "chosen", colour: "red" });
const ids = () => {
  let next = 0;
  return () => `p${(next += 1)}`;
};
const region = (box: number[], class_id: string | null = null) =>
  ({ region: { box, class_id, score: 0.9, area: 4, length: 2 }, mask: null }) as unknown as Proposable;

describe("the proposals of a model", () => {
  it("are dashed boxes; without a class of the model they take the chosen one", () => {
    const found = proposalsOf([region([0, 0, 4, 4], "crack"), region([8, 8, 4, 4])], [], classOf, ids());
    expect(found.map(({ shape }) => [shape.id, shape.class_id, shape.proposal])).toEqual([
      ["p1", "crack", true],
      ["p2", "chosen", true],
    ]);
  });

  it("are masks where the pixels of the region are known", () => {
    const mask = { width: 8, height: 8, runs: Uint32Array.of(0, 2) };
    const one: Proposable = { ...region([0, 0, 2, 1]), mask };
    expect(proposalsOf([one], [], classOf, ids()).map(({ shape }) => shape.geometry)).toEqual([{ kind: "mask", mask }]);
  });

  it("leave out what a mark covers or somebody has rejected", () => {
    const covered = [{ kind: "box", box: [0, 0, 4, 5] }] as const;
    const found = proposalsOf([region([0, 0, 4, 4]), region([8, 8, 4, 4])], covered, classOf, ids());
    expect(found.map(({ region: { box } }) => box)).toEqual([[8, 8, 4, 4]]);
  });

  it("are open until they are accepted or rejected, and again once that is undone", () => {
    const shape = {
      id: "p1",
      proposal: true,
      geometry: { kind: "box", box: [0, 0, 4, 4] },
      ...classOf("crack"),
    } as const;
    const gone = openAfter(new Set(["p1", "p2"]), { edit: "reject", changes: [{ before: shape, after: null }] });
    expect([...gone]).toEqual(["p2"]);
    const back = openAfter(gone, { edit: "reject", changes: [{ before: null, after: shape }] });
    expect([...back].sort()).toEqual(["p1", "p2"]);
  });
});

it.each([
  [[0, 0, 4, 4], [0, 0, 4, 4], 1],
  [[0, 0, 4, 4], [2, 0, 4, 4], 1 / 3],
  [[0, 0, 4, 4], [4, 0, 4, 4], 0],
] as const)("boxes %j and %j overlap by %d", (one, other, share) => {
  expect(overlap(one, other)).toBeCloseTo(share);
});
