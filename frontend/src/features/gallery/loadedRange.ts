// Which images to load next, from the range that is loaded and the range on screen. Pure.
import type { Filter, Order } from "./filter";

/** Images loaded beyond the screen. */
const MARGIN = 100;
/** Images that are loaded one page after the other; a place further off is loaded by itself. */
const FAR = 2000;

export interface Range {
  /** The number of images before the loaded ones. */
  before: number;
  loaded: number;
  has_next: boolean;
  has_previous: boolean;
  /** True when a place can be found by its number. */
  can_jump: boolean;
}
export type Step = { kind: "on" } | { kind: "back" } | { kind: "jump"; skip: number } | null;

/** Return the step that brings the images from `first` to `last` on screen; null when they are loaded. */
export function stepFor(
  { before, loaded, has_next, has_previous, can_jump }: Range,
  first: number,
  last: number,
): Step {
  const end = before + loaded;
  const jump = { kind: "jump", skip: Math.max(0, first - MARGIN) } as const;
  if (has_next && last + MARGIN > end) return can_jump && last - end > FAR ? jump : { kind: "on" };
  if (has_previous && first - MARGIN < before) return can_jump && before - first > FAR ? jump : { kind: "back" };
  return null;
}

/** Return the order that a place by number is found in: suggestions come first only from the start. */
export const countedOrder = ({ order }: Filter): Order => (order === "suggested" ? "registered" : order);
export const opposite = (order: Order): Order => (order === "newest" ? "registered" : "newest");
/** Suggestions alone have no place by number, and are few. */
export const canJump = (filter: Filter): boolean => !filter.suggested;
