import { describe, expect, it } from "vitest";
import type { Evaluation, Prediction, Run } from "@/api/types";
import { cellOf, countsOf } from "./cells";
import { deltas, pairs, recipeDiff } from "./compare";
import { pathOf, scaleOf } from "./curve";

describe("a judged image", () => {
  it("falls into one of four cells, the threshold itself judged NG", () => {
    expect(cellOf({ truth: "NG", score: 0.3 }, 0.3)).toBe("true_ng");
    expect(cellOf({ truth: "NG", score: 0.29 }, 0.3)).toBe("escape");
    expect(cellOf({ truth: "OK", score: 0.9 }, 0.3)).toBe("overkill");
    expect(cellOf({ truth: null, score: 0.9 }, 0.3)).toBeNull();
  });

  it("the cells add up to the images", () => {
    const counts = countsOf({ ng: 8, ok: 14, escapes: 1, overkills: 3 } as Evaluation);
    expect(counts).toEqual({ escape: 1, overkill: 3, true_ng: 7, true_ok: 11 });
  });
});

describe("two runs", () => {
  it("differ in the recipe; what differs comes first", () => {
    const run = (method: string) => ({ recipe: { epochs: 8, method }, seed: 7, parent_model: null }) as unknown as Run;
    expect(recipeDiff(run("probe"), run("fine_tune"))[0]).toEqual({
      name: "method",
      left: "probe",
      right: "fine_tune",
      same: false,
    });
  });

  it("fewer escapes are better, a higher AUROC too, and a threshold is neither", () => {
    const evaluation = (rate: number, auroc: number) =>
      ({ escape_rate: rate, auroc, threshold: rate }) as unknown as Evaluation;
    const found = deltas(evaluation(0.2, 0.9), evaluation(0.1, 0.95));
    expect(found.map(({ measure, better }) => [measure, better])).toEqual([
      ["escape_rate", true],
      ["overkill_rate", null],
      ["auroc", true],
      ["average_precision", null],
      ["threshold", null],
    ]);
  });

  it("show the same images, changed judgements first", () => {
    const scored = (image_id: string, score: number) =>
      ({ image_id, score, truth: "OK", thumbnail_url: "" }) as Prediction;
    const found = pairs(
      [scored("a", 0.1), scored("b", 0.4), scored("c", 0.2)],
      [scored("a", 0.15), scored("b", 0.6)],
      [0.5, 0.5],
    );
    expect(found.map(({ image_id, changed }) => [image_id, changed])).toEqual([
      ["b", true],
      ["a", false],
    ]);
  });
});

describe("a curve", () => {
  it("spans its box, the largest value on top", () => {
    const scale = scaleOf([[0.5, 1], [0.25]], 3, 100, 50);
    expect(pathOf([1, 0.25], scale)).toBe("M0.0 0.0L50.0 50.0");
  });

  it("of one value is a flat line in the middle of nothing", () => {
    expect(pathOf([2], scaleOf([[2]], 1, 100, 50))).toBe("M0.0 25.0");
  });
});
