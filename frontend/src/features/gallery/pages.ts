// The order of the pages: open suggestions first, then all other images in the order of registration. Pure.
import type { Filter, Order } from "./filter";

export interface Place {
  order: Order;
  cursor?: string;
  /** Images left out before a first page */
  skip?: number;
}

export const firstPlace = (filter: Filter): Place => ({ order: filter.order });

/** Return the place after a page that ended at `cursor`; null when no page is left. */
export function following({ order }: Place, cursor: string | null, filter: Filter): Place | null {
  if (cursor) return { order, cursor };
  return order === "suggested" && !filter.suggested ? { order: "registered" } : null;
}
