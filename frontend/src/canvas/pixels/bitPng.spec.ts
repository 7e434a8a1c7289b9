import { expect, it } from "vitest";
import { maskOfBits } from "./bitPng";

const SIZE = { width: 21, height: 4 };
const RUNS = [18, 23, 35, 65, 83, 84];

/** `png_of_row_runs(21, 4, [18, 5, 12, 30, 18, 1])` of kenpin.importing.mask, in base64. */
const STORED =
  "iVBORw0KGgoAAAANSUhEUgAAABUAAAAEAQAAAABJ5kkFAAAAGElEQVR42mNgYLBgOMD8g/E/w0+GAwwcACIkBLWaPiX7AAAAAElFTkSuQmCC";
const stored = (): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(STORED), (letter) => letter.charCodeAt(0));

const runsOf = async (bytes: BlobPart[], size = SIZE) => {
  const mask = await maskOfBits(new Blob(bytes), size);
  return mask && [...mask.runs];
};

/** A file of the same head, with these rows: each is its filter and its bits. */
async function fileOf(rows: number[]): Promise<BlobPart[]> {
  const packed = new Blob([Uint8Array.from(rows)]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = await new Response(packed).arrayBuffer();
  const begin = Uint8Array.of(0, 0, 0, data.byteLength, ...[..."IDAT"].map((letter) => letter.charCodeAt(0)));
  return [stored().slice(0, 33), begin, data, Uint8Array.of(0, 0, 0, 0)];
}

it("reads the runs of a mask as the server stores it, over the ends of rows and up to the last pixel", async () => {
  expect(await runsOf([stored()])).toEqual(RUNS);
});

it.each([
  ["left", 1, [0b11, 0b11, 0b11000], [0b11, 0b110, 0b11110]],
  ["up", 2, [1, 2, 0xf8], [0b00010001, 0b00100010, 0]],
  ["the mean of both", 3, [1, 2, 8], [9, 22, 23]],
  ["the nearest of three", 4, [40, 2, 8], [56, 58, 40]],
])("undoes the filter by %s", async (_, filter, filtered, bits) => {
  const row = [0, 16, 32, 8];
  const empty = [0, 0, 0, 0];
  const plain = await runsOf(await fileOf([...row, 0, ...bits, ...empty, ...empty]));
  expect(await runsOf(await fileOf([...row, filter, ...filtered, ...empty, ...empty]))).toEqual(plain);
  expect(plain).not.toEqual([]);
});

it("takes no bits from behind the end of a row", async () => {
  const row = [0, 0, 0, 0b00000111];
  expect(await runsOf(await fileOf([...row, ...row, ...row, ...row]))).toEqual([]);
});

it.each([
  ["of another size", [stored()], { width: 20, height: 4 }],
  ["of grey levels", [stored().fill(8, 24, 25)], SIZE],
  ["of a palette", [stored().fill(3, 25, 26)], SIZE],
  ["of another format", ["GIF89a and no more"], SIZE],
  ["with another chunk", [stored().slice(0, 33), Uint8Array.of(0, 0, 0, 0, 116, 82, 78, 83, 0, 0, 0, 0)], SIZE],
])("leaves a picture %s to the browser", async (_, bytes, size) => {
  expect(await runsOf(bytes, size)).toBeNull();
});
