// The part of the picture in which a region grows, and the mask of the region that grew. Pure.
import { maskOfPixels, maskOfRows, rowsOf } from "../geometry/masks";
import type { Box, Mask, Size } from "../types";
import { type Levels, regionAt } from "./grow";
import type { GrowArea } from "./messages";

/** An area has no longer side than this: it takes some tens of milliseconds. */
const MOST_SIDE = 720;

/** Return the part of the picture in sight, coarser where it is large. */
export function growArea([x, y, width, height]: Box, size: Size): GrowArea {
  const [left, top] = [Math.max(Math.floor(x), 0), Math.max(Math.floor(y), 0)];
  const right = Math.min(Math.ceil(x + width), size.width);
  const bottom = Math.min(Math.ceil(y + height), size.height);
  const step = Math.max(Math.ceil(Math.max(right - left, bottom - top) / MOST_SIDE), 1);
  return {
    left,
    top,
    width: Math.max(Math.ceil((right - left) / step), 1),
    height: Math.max(Math.ceil((bottom - top) / step), 1),
    step,
  };
}

export function regionMask(levels: Levels, tolerance: number, { left, top, step }: GrowArea, size: Size): Mask {
  const rows = rowsOf(maskOfPixels(levels, regionAt(levels, tolerance)));
  return maskOfRows(
    size,
    rows.flatMap(({ y, from, to }) =>
      Array.from({ length: step }, (_, line) => ({
        y: top + y * step + line,
        from: left + from * step,
        to: left + to * step,
      })),
    ),
  );
}
