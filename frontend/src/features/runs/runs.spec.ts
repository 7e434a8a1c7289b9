import { describe, expect, it } from "vitest";
import type { Dataset, Evaluation, Prediction, Run } from "@/api/types";
import { cellOf, countsOf } from "./cells";
import { deltas, differenceOf, type PairedDifference, pairs, recipeDiff } from "./compare";
import { pathOf, scaleOf } from "./curve";
import { labelsToLearnFrom, METHODS, missing, recipeOf, shownFields, textKey, type Wish } from "./recipe";

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

describe("a paired difference", () => {
  const found = (more: number, low: number | null, high: number | null) =>
    ({ images: 83, broken: 4, fixed: 1, more, low, high, groups: 20 }) as PairedDifference;

  it("is told in words, with the interval in whole images", () => {
    expect(differenceOf(found(3, -0.6, 8.4))).toEqual([
      "compare.more",
      { images: 83, broken: 4, fixed: 1, more: 3, low: "−1", high: "8" },
    ]);
    expect(differenceOf(found(-2, -6, -0.3))).toEqual([
      "compare.fewer",
      { images: 83, broken: 4, fixed: 1, more: 2, low: "−6", high: "0" },
    ]);
    expect(differenceOf(found(0, -3, 3))[0]).toBe("compare.as_many");
    expect(differenceOf(found(0, null, null))[0]).toBe("compare.no_image");
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

describe("a recipe", () => {
  const wish = {
    architecture: "efficientnet-lite1",
    image_size: 224,
    epochs: 8,
    escape_cost: 10,
    long_side: null,
    tile: 512,
    top_places: 4,
  };

  it.each([
    ["probe", ["image_size", "tiles_along", "soft_labels"]],
    [
      "fine_tune",
      ["image_size", "tiles_along", "soft_labels", "epochs", "may_turn", "may_mirror", "average_views", "brightness"],
    ],
    ["anomaly", ["long_side", "tile", "top_places", "overkill_aim"]],
    ["segmentation", ["long_side", "tile", "top_places"]],
  ] as const)("of %s has the fields that belong to it", (method, fields) => {
    expect(METHODS).toContain(method);
    const recipe = recipeOf({ ...wish, overkill_aim: 0.05, method } as Wish);
    expect(Object.keys(recipe)).toEqual([
      "method",
      "architecture",
      "escape_cost",
      "escape_rate",
      "confidence",
      "region_of_interest",
      ...fields,
    ]);
  });

  it("has words for methods and for what it allows", () => {
    expect(textKey("method", "probe")).toBe("method.probe");
    expect([true, false].map((value) => textKey("may_turn", value))).toEqual(["train.yes", "train.no"]);
    expect(textKey("epochs", 8)).toBeUndefined();
  });

  it("a recipe shows the pixel values of a network of the project's own alone", () => {
    const pixels = { pixel_mean: 0, pixel_scale: 1, escape_rate: null };
    expect(shownFields({ method: "probe", backbone: null, ...pixels })).toEqual([["method", "probe"]]);
    expect(shownFields({ backbone: "a", ...pixels })).toHaveLength(3);
  });

  it("keeps a picture's own size as null", () => {
    expect(recipeOf({ ...wish, overkill_aim: 0.05, method: "anomaly" } as Wish).long_side).toBeNull();
  });
});

describe("the labels of a run", () => {
  const counts = (OK: number, NG: number) => ({ OK, NG, HOLD: 1, unlabelled: 5 });
  const dataset = { counts: { train: counts(3, 1), test: counts(9, 9), unassigned: counts(4, 0) } };

  it("are those of the training split and of none", () => {
    expect(labelsToLearnFrom(dataset as unknown as Dataset)).toEqual({ OK: 7, NG: 1 });
  });

  it.each([
    [{ OK: 7, NG: 1 }, { OK: 8, NG: 0 }, [["OK", 1]]],
    [{ OK: 7, NG: 1 }, { OK: 2, NG: 2 }, [["NG", 1]]],
    [
      { OK: 0, NG: 0 },
      { OK: 2, NG: 2 },
      [
        ["OK", 2],
        ["NG", 2],
      ],
    ],
    [{ OK: 8, NG: 0 }, { OK: 8, NG: 0 }, []],
  ])("%o against %o lack %o", (labels, least, lacking) => {
    expect(missing(labels, least)).toEqual(lacking);
  });
});
