// Masks as runs of pixels: sets that are united, subtracted, moved, and asked. Pure.
import type { Box, Mask, Size } from "../types";

/** A run of one row: from a column to another (exclusive). */
export interface RowRun {
  readonly y: number;
  readonly from: number;
  readonly to: number;
}

export const emptyMask = ({ width, height }: Size): Mask => ({ width, height, runs: new Uint32Array() });

/** Return the mask of runs in rows, in any order, clipped to the picture. */
export function maskOfRows({ width, height }: Size, rows: Iterable<RowRun>): Mask {
  const spans: [number, number][] = [];
  for (const { y, from, to } of rows) {
    const [left, right] = [Math.max(from, 0), Math.min(to, width)];
    if (y >= 0 && y < height && left < right) spans.push([y * width + left, y * width + right]);
  }
  return { width, height, runs: joined(spans.sort(([a], [b]) => a - b)) };
}

/** Return sorted spans as runs; those that touch or overlap become one. */
function joined(spans: readonly (readonly [number, number])[]): Uint32Array {
  const runs: number[] = [];
  for (const [from, to] of spans) {
    const last = runs.length - 1;
    if (last > 0 && from <= runs[last]!) runs[last] = Math.max(runs[last]!, to);
    else runs.push(from, to);
  }
  return Uint32Array.from(runs);
}

/** Return the mask of the pixels that are not 0, row by row. */
export function maskOfPixels({ width, height }: Size, pixels: ArrayLike<number>): Mask {
  const runs: number[] = [];
  let inside = false;
  for (let at = 0; at < width * height; at++) {
    if ((pixels[at] !== 0) === inside) continue;
    runs.push(at);
    inside = !inside;
  }
  if (inside) runs.push(width * height);
  return { width, height, runs: Uint32Array.from(runs) };
}

/** Return the pixels of both masks. */
export const united = (one: Mask, other: Mask): Mask => merged(one, other, (a, b) => a || b);

/** Return the pixels of the first mask that the second one does not have. */
export const subtracted = (one: Mask, other: Mask): Mask => merged(one, other, (a, b) => a && !b);

/** Walk along the ends of both masks' runs: between two ends nothing changes. */
function merged(one: Mask, other: Mask, isIn: (a: boolean, b: boolean) => boolean): Mask {
  const runs: number[] = [];
  let [i, j, inside] = [0, 0, false];
  while (i < one.runs.length || j < other.runs.length) {
    const at = Math.min(one.runs[i] ?? Infinity, other.runs[j] ?? Infinity);
    while (one.runs[i] === at) i++;
    while (other.runs[j] === at) j++;
    if (isIn(i % 2 === 1, j % 2 === 1) === inside) continue;
    inside = !inside;
    runs.push(at);
  }
  return { width: one.width, height: one.height, runs: Uint32Array.from(runs) };
}

export function maskArea({ runs }: Mask): number {
  let area = 0;
  for (let at = 0; at < runs.length; at += 2) area += runs[at + 1]! - runs[at]!;
  return area;
}

/** Call back with each run of each row: runs that go on in the next row are cut at its start. */
export function eachRow({ width, runs }: Mask, take: (y: number, from: number, to: number) => void): void {
  for (let at = 0; at < runs.length; at += 2) {
    const end = runs[at + 1]!;
    for (let from = runs[at]!; from < end;) {
      const y = Math.floor(from / width);
      const to = Math.min(end, (y + 1) * width);
      take(y, from - y * width, to - y * width);
      from = to;
    }
  }
}

export function rowsOf(mask: Mask): RowRun[] {
  const rows: RowRun[] = [];
  eachRow(mask, (y, from, to) => rows.push({ y, from, to }));
  return rows;
}

export function maskBounds(mask: Mask): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0];
  eachRow(mask, (y, from, to) => {
    left = Math.min(left, from);
    right = Math.max(right, to);
    top = Math.min(top, y);
    bottom = y + 1;
  });
  return right ? [left, top, right - left, bottom - top] : [0, 0, 0, 0];
}

/** Return true where the pixel under a place belongs to the mask. */
export function isInMask({ width, height, runs }: Mask, x: number, y: number): boolean {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (column < 0 || row < 0 || column >= width || row >= height) return false;
  const at = row * width + column;
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}

/** Return the mask moved by whole pixels; what leaves the picture is lost. */
export const shiftedMask = (mask: Mask, dx: number, dy: number): Mask =>
  maskOfRows(
    mask,
    rowsOf(mask).map(({ y, from, to }) => ({ y: y + dy, from: from + dx, to: to + dx })),
  );
