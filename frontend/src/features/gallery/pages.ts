// The order in which pages are asked for: open suggestions first, then everything else as it was registered. Pure.
import type { Filter, Order } from "./filter";

export interface Place {
  order: Order;
  cursor?: string;
}

export const firstPlace = (filter: Filter): Place => ({ order: filter.order });

/** Where to go on after a page that ended at `cursor`; null when all has been seen. */
export function following({ order }: Place, cursor: string | null, filter: Filter): Place | null {
  if (cursor) return { order, cursor };
  return order === "suggested" && !filter.suggested ? { order: "registered" } : null;
}
