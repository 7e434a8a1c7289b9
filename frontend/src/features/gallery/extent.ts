// The length of the grid, as far as the number of images is known. Pure.
const NEXT_PAGE_AT_LEAST = 100;

/** Return the length of the grid: exact when all images are loaded or counted, else with room for a page. */
export function extent(loaded: number, complete: boolean, counted: number | null): { total: number; exact: boolean } {
  if (complete) return { total: loaded, exact: true };
  if (counted !== null) return { total: Math.max(loaded, counted), exact: true };
  return { total: loaded + NEXT_PAGE_AT_LEAST, exact: false };
}
