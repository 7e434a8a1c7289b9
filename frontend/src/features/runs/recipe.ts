// What a run is asked for: the methods, the fields that belong to each, and the labels that it learns from. Pure.
import type { Counts, Dataset, Recipe } from "@/api/types";
import { countsIn } from "@/features/datasets/counts";

export const METHODS = ["probe", "fine_tune", "anomaly", "segmentation"] as const;
export type Method = (typeof METHODS)[number];

/** Sides that a picture is made smaller to; null: its own. */
export const LONG_SIDES = [512, 1024, 2048, 4096, null] as const;

/** The pretrained networks, the quickest first. */
export const ARCHITECTURES = ["efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2"] as const;

export type Wish = { method: Method } & Required<
  Pick<
    Recipe,
    | "architecture"
    | "image_size"
    | "tiles_along"
    | "region_of_interest"
    | "soft_labels"
    | "epochs"
    | "may_turn"
    | "may_mirror"
    | "average_views"
    | "brightness"
    | "escape_cost"
    | "escape_rate"
    | "confidence"
    | "long_side"
    | "tile"
    | "top_places"
    | "overkill_aim"
  >
>;

const MAPS = ["long_side", "tile", "top_places"] as const;
const FIELDS: Record<Method, readonly (keyof Wish)[]> = {
  probe: ["image_size", "tiles_along", "soft_labels"],
  fine_tune: [
    "image_size",
    "tiles_along",
    "soft_labels",
    "epochs",
    "may_turn",
    "may_mirror",
    "average_views",
    "brightness",
  ],
  anomaly: [...MAPS, "overkill_aim"],
  segmentation: MAPS,
};

/** Return the recipe with only the fields that belong to its method. */
export function recipeOf(wish: Wish): Partial<Wish> {
  const names = [
    "method",
    "architecture",
    "escape_cost",
    "escape_rate",
    "confidence",
    "region_of_interest",
    ...FIELDS[wish.method],
  ] as const;
  return Object.fromEntries(names.map((name) => [name, wish[name]]));
}

/** Return the fields of a stored recipe that say something: those of a network of the project's own only with one. */
export function shownFields(recipe: { [field: string]: unknown }): [string, unknown][] {
  const unused: readonly string[] = recipe["backbone"] == null ? ["pixel_mean", "pixel_scale"] : [];
  return Object.entries(recipe).filter(([name, value]) => value !== null && !unused.includes(name));
}

/** Return the key of the text of a recipe's value; none: the value is shown as it is. */
export function textKey(name: string, value: unknown): string | undefined {
  if (name === "method") return `method.${String(value)}`;
  return typeof value === "boolean" ? `train.${value ? "yes" : "no"}` : undefined;
}

export const hasMaps = (recipe: { [field: string]: unknown }): boolean =>
  recipe["method"] === "anomaly" || recipe["method"] === "segmentation";

type Labels = Pick<Counts, "OK" | "NG">;

/** Return the OK and NG images that a run learns from: those of the training split and of none. */
export function labelsToLearnFrom(dataset: Dataset): Labels {
  const [train, unassigned] = [countsIn(dataset, "train"), countsIn(dataset, "unassigned")];
  return { OK: train.OK + unassigned.OK, NG: train.NG + unassigned.NG };
}

/** Return the verdicts of which there are too few, each with the number that is missing. */
export function missing(labels: Labels, least: Labels): ["OK" | "NG", number][] {
  return (["OK", "NG"] as const).flatMap((verdict) => {
    const more = least[verdict] - labels[verdict];
    return more > 0 ? [[verdict, more] as ["OK" | "NG", number]] : [];
  });
}
