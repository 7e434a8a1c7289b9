// Masks as PNG files and back. A file has the picture's size, in grey with one bit: white where the defect is.
import { eachRow, maskOfPixels } from "../geometry/masks";
import type { Mask, Size } from "../types";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];

export async function pngOf(mask: Mask): Promise<Blob> {
  const body = await deflated(bitsOf(mask));
  const chunks = [chunk("IHDR", header(mask)), chunk("IDAT", body), chunk("IEND", new Uint8Array())];
  return new Blob([Uint8Array.from(SIGNATURE), ...chunks], { type: "image/png" });
}

/** Return the rows of one bit a pixel, each behind a byte that says that it is not filtered. */
export function bitsOf(mask: Mask): Uint8Array<ArrayBuffer> {
  const stride = 1 + Math.ceil(mask.width / 8);
  const bits = new Uint8Array(stride * mask.height);
  eachRow(mask, (y, from, to) => {
    const row = y * stride + 1;
    for (let x = from; x < to;) {
      if (x % 8 === 0 && to - x >= 8) {
        const whole = (to - x) >> 3;
        bits.fill(255, row + x / 8, row + x / 8 + whole);
        x += 8 * whole;
      } else {
        bits[row + (x >> 3)]! |= 128 >> (x % 8);
        x++;
      }
    }
  });
  return bits;
}

function header({ width, height }: Size): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(13);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  bytes[8] = 1; // one bit a pixel; 0, grey, follows
  return bytes;
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function chunk(name: string, body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  bytes.set(
    [...name].map((letter) => letter.charCodeAt(0)),
    4,
  );
  bytes.set(body, 8);
  view.setUint32(8 + body.length, crc(bytes.subarray(4, 8 + body.length)));
  return bytes;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, at) => {
  let value = at;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 255]! ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** Return the mask of a picture, stretched to a size: where it is not black there is the defect. */
export function maskOfImage(image: ImageBitmap, size: Size): Mask {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, size.width, size.height);
  const { data } = context.getImageData(0, 0, size.width, size.height);
  return maskOfPixels(size, reds(data));
}

const reds = (data: Uint8ClampedArray): Uint8Array => {
  const red = new Uint8Array(data.length / 4);
  for (let at = 0; at < red.length; at++) red[at] = data[4 * at]! & data[4 * at + 3]!;
  return red;
};
