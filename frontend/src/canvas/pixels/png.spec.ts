import { inflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { maskOfRows } from "../geometry/masks";
import { bitsOf, pngOf } from "./png";

const SIZE = { width: 37, height: 5 };
const MASK = maskOfRows(SIZE, [
  { y: 0, from: 0, to: 37 },
  { y: 2, from: 3, to: 29 },
  { y: 4, from: 36, to: 37 },
]);

it("writes one bit a pixel, each row behind a byte of its own", () => {
  const bits = [...bitsOf(MASK)];
  const rows = Array.from({ length: 5 }, (_, y) => bits.slice(6 * y, 6 * y + 6));
  const text = rows.map(([filter, ...row]) => [filter, row.map((byte) => byte.toString(2).padStart(8, "0")).join("")]);
  expect(text.every(([filter]) => filter === 0)).toBe(true);
  expect(text.map(([, row]) => (row as string).slice(0, 37))).toEqual([
    "1".repeat(37),
    "0".repeat(37),
    "000" + "1".repeat(26) + "0".repeat(8),
    "0".repeat(37),
    "0".repeat(36) + "1",
  ]);
});

it("is a PNG of the picture's size", async () => {
  const bytes = Buffer.from(await (await pngOf(MASK)).arrayBuffer());
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20), bytes[24], bytes[25]]).toEqual([37, 5, 1, 0]);
  expect(bytes.readUInt32BE(29)).toBe(0xea491898);
  const length = bytes.readUInt32BE(33);
  expect(inflateSync(bytes.subarray(41, 41 + length))).toEqual(Buffer.from(bitsOf(MASK)));
  expect(bytes.subarray(-8).toString("hex")).toBe("49454e44ae426082");
});
