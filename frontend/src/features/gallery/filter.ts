// Reads the filter of the gallery from the URL and writes it there. Pure.
import type { LocationQuery } from "vue-router";
import { SPLITS, VERDICTS } from "@/api/types";
import { isDay } from "@/ui/siteZone";

export const FACETS = [
  "verdict",
  "split",
  "defect_class",
  "product",
  "line",
  "station",
  "camera",
  "light",
  "lot",
  "day",
  "person",
] as const;
export type Facet = (typeof FACETS)[number];
export const ORDERS = ["suggested", "registered", "newest"] as const;
export type Order = (typeof ORDERS)[number];

export type Filter = Partial<Record<Facet, string>> & {
  /** Words of the file name, each from its beginning */
  name?: string;
  /** "returned" with the own `person`: the judgements that came back to oneself */
  review?: "returned";
  /** Chosen images: the first 12 digits of their ids, with commas between them */
  among?: string;
  suggested?: boolean;
  excluded?: boolean;
  as_of?: string;
  order: Order;
};

const one = (value: LocationQuery[string] | undefined) => (Array.isArray(value) ? value[0] : value) ?? undefined;

/** Tells whether a facet can have a value; those of the other facets are of the dataset. */
function isKnown(facet: Facet | "name" | "among", value: string): boolean {
  if (facet === "verdict") return [...VERDICTS, "unlabelled"].includes(value);
  if (facet === "split") return [...SPLITS, "unassigned"].includes(value);
  return facet !== "day" || isDay(value);
}

/** Return the filter of an address. Values that cannot be are left out. */
export function filterFrom(query: LocationQuery): Filter {
  const order = one(query.order) as Order;
  const filter: Filter = { order: ORDERS.includes(order) ? order : "suggested" };
  for (const facet of [...FACETS, "name", "among"] as const) {
    const value = one(query[facet]);
    if (value && isKnown(facet, value)) filter[facet] = value;
  }
  if (one(query.review) === "returned") filter.review = "returned";
  if (one(query.suggested) === "true") filter.suggested = true;
  if (one(query.excluded) === "true") filter.excluded = true;
  const as_of = one(query.as_of);
  if (as_of) filter.as_of = as_of;
  return filter;
}

export function queryFrom(filter: Filter): Record<string, string> {
  const { order, ...rest } = filter;
  const query: Record<string, string> = order === "suggested" ? {} : { order };
  for (const [name, value] of Object.entries(rest)) if (value) query[name] = String(value);
  return query;
}

/** Return the filter without its facets; order and version stay. */
export const widened = ({ order, as_of }: Filter): Filter => ({ order, as_of });
export const isNarrowed = (filter: Filter): boolean =>
  Object.keys(queryFrom({ ...filter, order: "suggested", as_of: undefined })).length > 0;
