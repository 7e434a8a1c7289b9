// Deep grey: the values of a picture as they are stored, their range, and the picture that a window makes of them. Pure.
import type { Size, ValueRange, ValueWindow } from "../types";

export interface DeepGrey extends Size {
  readonly values: Uint16Array | Float32Array;
}

/** Bits of cameras: the range of whole values ends with the narrowest that holds them all. */
const BITS = [10, 12, 14, 16] as const;
/** Outside of these shares lie dead and hot pixels. */
const SHARES = [0.001, 0.999] as const;
const SAMPLE = 100_000;
const LEVELS = 65_536;
const STEPS = 4096;
const OPAQUE = 0xff000000;

/** Read a NumPy file of height × width. Returns null when it holds no values. Throws for any other file. */
export function deepGreyOf(file: ArrayBuffer): DeepGrey | null {
  const head = new DataView(file);
  const long = head.getUint8(6) > 1;
  const start = (long ? 12 : 10) + (long ? head.getUint32(8, true) : head.getUint16(8, true));
  const said = new TextDecoder().decode(new Uint8Array(file, 0, start));
  const [, kind] = /'descr': '<(u2|f4)'/.exec(said) ?? [];
  const [, height, width] = /'shape': \((\d+), (\d+)\)/.exec(said) ?? [];
  if (said.slice(1, 6) !== "NUMPY" || !kind || !height) throw new Error("no values of deep grey");
  const values = kind === "u2" ? new Uint16Array(file, start) : new Float32Array(file, start);
  return values.length ? { width: Number(width), height: Number(height), values } : null;
}

/** Return the range of the values, and the window of a picture whose camera has none. */
export function rangeOf({ values }: DeepGrey): ValueRange {
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const sample = Float32Array.from({ length: Math.floor(values.length / step) }, (_, at) => values[at * step]!);
  const sorted = sample.filter(Number.isFinite).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const own = { low: at(SHARES[0]), high: at(SHARES[1]) };
  if (values instanceof Uint16Array) {
    const most = values.reduce((high, value) => Math.max(high, value), 0);
    return { least: 0, most: 2 ** BITS.find((bits) => most < 2 ** bits)! - 1, step: 1, own };
  }
  let [least, most] = [own.low, own.high];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { least, most, step: (most - least) / STEPS || 1, own };
}

/** Return the picture through a window: what is not a number is black. */
export function throughWindow({ values, width, height }: DeepGrey, window: ValueWindow): ImageData {
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  if (values instanceof Uint16Array) {
    const shown = Uint32Array.from({ length: LEVELS }, (_, value) => pixelOf(value, window));
    for (let at = 0; at < pixels.length; at++) pixels[at] = shown[values[at]!]!;
  } else {
    for (let at = 0; at < pixels.length; at++) pixels[at] = pixelOf(values[at]!, window);
  }
  return image;
}

/** Return the four bytes of a pixel: red is the lowest. */
function pixelOf(value: number, { low, high }: ValueWindow): number {
  const share = Math.min(1, Math.max(0, (value - low) / (high - low) || 0));
  const level = Math.floor(share * 255 + 0.5);
  return (OPAQUE | (level * 0x10101)) >>> 0;
}
