// Reads masks as they are stored: a PNG of one bit a pixel, which becomes runs without a picture of full size.
import type { Mask, Size } from "../types";

const SIGNATURE = [0x89504e47, 0x0d0a1a0a];
/** One bit, grey, deflated, filtered by row, not interlaced. */
const KIND = [1, 0, 0, 0, 0];
const HEAD_AT = 8;
const KIND_AT = 24;

/** Return the mask of a file; null for a file of another kind or size. */
export async function maskOfBits(file: Blob, size: Size): Promise<Mask | null> {
  const view = new DataView(await file.arrayBuffer());
  const packed = isBitPng(view, size) && pixelChunks(view);
  if (!packed) return null;
  const unpacked = new Blob(packed).stream().pipeThrough(new DecompressionStream("deflate"));
  const rows = new Uint8Array(await new Response(unpacked).arrayBuffer());
  unfilter(rows, 1 + Math.ceil(size.width / 8));
  return { ...size, runs: runsOf(rows, size) };
}

function isBitPng(view: DataView, { width, height }: Size): boolean {
  if (view.byteLength < KIND_AT + KIND.length) return false;
  const head = [0, 4, 16, 20].map((at) => view.getUint32(at));
  const isKind = KIND.every((value, index) => view.getUint8(KIND_AT + index) === value);
  return isKind && head.join() === [...SIGNATURE, width, height].join();
}

/** Return the data of the pixel chunks; null where the head is not followed by these alone, as with transparency. */
function pixelChunks(view: DataView): ArrayBuffer[] | null {
  const found: ArrayBuffer[] = [];
  for (let at = HEAD_AT; at + 12 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const [length, name] = [view.getUint32(at), nameOf(view, at + 4)];
    if (name === "IDAT") found.push((view.buffer as ArrayBuffer).slice(at + 8, at + 8 + length));
    else if (name !== "IHDR" && name !== "IEND") return null;
  }
  return found;
}

const nameOf = (view: DataView, at: number) =>
  String.fromCharCode(...[0, 1, 2, 3].map((letter) => view.getUint8(at + letter)));

/** The filters of rows (PNG, section 9): a byte is stored less what its neighbours left, above and between foretell. */
const FILTERS: readonly ((left: number, up: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  paeth,
];

/** Return the neighbour that is nearest to left + up - corner. */
function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** Turn the rows into plain bits, in place. `across`: the bytes of a row with the filter before them. */
function unfilter(rows: Uint8Array, across: number): void {
  for (let row = 0; row < rows.length; row += across) {
    const filter = FILTERS[rows[row]!]!;
    if (rows[row] === 0) continue;
    for (let at = row + 1; at < row + across; at++) {
      const [left, corner] = at > row + 1 ? [rows[at - 1]!, rows[at - 1 - across] ?? 0] : [0, 0];
      rows[at]! += filter(left, rows[at - across] ?? 0, corner);
    }
  }
}

/** Return the runs of rows, each of bits behind a filter. */
function runsOf(rows: Uint8Array, { width, height }: Size): Uint32Array {
  const runs: number[] = [];
  const across = Math.ceil(width / 8);
  for (let y = 0; y < height; y++) {
    for (let byte = 0; byte < across; byte++) {
      const bits = rows[y * (across + 1) + 1 + byte]!;
      if (bits === 255 * (runs.length % 2)) continue;
      addEnds(runs, bits, y * width + 8 * byte, Math.min(8, width - 8 * byte));
    }
  }
  if (runs.length % 2) runs.push(width * height);
  return Uint32Array.from(runs);
}

/** Add the places at which the bits of a byte begin or end a run: an odd count of ends is inside of one. */
function addEnds(runs: number[], bits: number, start: number, count: number): void {
  for (let bit = 0; bit < count; bit++) {
    if (((bits >> (7 - bit)) & 1) !== runs.length % 2) runs.push(start + bit);
  }
}
