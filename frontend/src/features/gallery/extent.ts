// The number of images of a filter and the values of its facets, as far as they are known. Pure.
import type { Image, Project } from "@/api/types";
import type { Facet } from "./filter";

const NEXT_PAGE_AT_LEAST = 100;
const SCANNED_IMAGES = 2000;

/** Return the length of the grid: exact when all images are loaded or counted, else with room for a page. */
export function extent(loaded: number, complete: boolean, counted: number | null): { total: number; exact: boolean } {
  if (complete) return { total: loaded, exact: true };
  if (counted !== null) return { total: Math.max(loaded, counted), exact: true };
  return { total: loaded + NEXT_PAGE_AT_LEAST, exact: false };
}

/** Return the facet values that occur on the images, for facets without a list of their own. */
export function seenValues(images: readonly Image[], project: Project | undefined): Partial<Record<Facet, string[]>> {
  const seen = (facet: "line" | "light") =>
    images.slice(0, SCANNED_IMAGES).flatMap(({ capture }) => capture[facet] ?? []);
  return {
    product: project?.products.map(({ product_id }) => product_id) ?? [],
    line: [...new Set(seen("line"))],
    light: [...new Set(seen("light"))],
  };
}
