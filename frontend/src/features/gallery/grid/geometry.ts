// The geometry of the grid: tiles, rows on screen and moves by arrow keys. Pure.
export const SIZES = { s: 132, m: 168, l: 240 } as const;
export type Size = keyof typeof SIZES;
const GAP = 6;
const CAPTION = 22;

export interface Grid {
  columns: number;
  tile: number;
  row: number;
}

export function gridFor(width: number, size: Size): Grid {
  const columns = Math.max(1, Math.floor((width + GAP) / (SIZES[size] + GAP)));
  const tile = Math.floor((width - GAP * (columns - 1)) / columns);
  return { columns, tile, row: Math.round(tile * 0.75) + CAPTION + GAP };
}

export interface Window {
  first: number;
  rows: number;
}

/** Return the rows to draw: those on screen and `spare` above and below. Their number depends only on the height. */
export function windowAt(scroll: number, height: number, row: number, total: number, spare = 1): Window {
  const rows = Math.min(total, Math.ceil(height / row) + 1 + spare * 2);
  const first = Math.max(0, Math.min(Math.floor(scroll / row) - spare, total - rows));
  return { first, rows };
}

/** Browsers draw no taller elements: Firefox ends at 17.8 million pixels. */
const TALLEST = 15_000_000;

export interface Runway {
  /** The height that the browser scrolls over */
  height: number;
  /** Pixels of the rows for one pixel of scrolling; more than 1 where the rows are taller than the browser can draw */
  ratio: number;
}

export function runwayFor(rows: number, row: number, height: number): Runway {
  const full = rows * row;
  if (full <= TALLEST) return { height: full, ratio: 1 };
  return { height: TALLEST, ratio: (full - height) / (TALLEST - height) };
}

/** Return the row of each slot of the pool. A slot keeps its elements while scrolling and takes another row. */
export function rowsBySlot({ first, rows }: Window): number[] {
  return Array.from({ length: rows }, (_, slot) => first + ((((slot - first) % rows) + rows) % rows));
}

export function moved(from: number, key: string, columns: number, count: number, page: number): number {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * page,
    PageDown: columns * page,
    Home: -count,
    End: count,
  };
  const to = from + (steps[key] ?? 0);
  const leavesGrid = (key === "ArrowUp" || key === "ArrowDown") && (to < 0 || to >= count);
  return leavesGrid ? from : Math.max(0, Math.min(to, count - 1));
}

/** Return the nearest scroll position that shows the row. */
export function scrollTo(row: number, scroll: number, height: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scroll) return top;
  if (top + rowHeight > scroll + height) return top + rowHeight - height;
  return scroll;
}
