import { beforeAll, describe, expect, it, vi } from "vitest";
import { deepGreyOf, rangeOf, throughWindow, type DeepGrey } from "./deepGrey";

function npy(kind: string, shape: string, values: ArrayBufferView): ArrayBuffer {
  const head = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + "\n";
  const start = Uint8Array.from(`\x93NUMPY\x01\x00\x76\x00${head}`, (letter) => letter.charCodeAt(0));
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return new Uint8Array([...start, ...bytes]).buffer;
}

const whole: DeepGrey = { width: 3, height: 1, values: Uint16Array.of(100, 300, 2600) };
const metric: DeepGrey = { width: 4, height: 1, values: Float32Array.of(-1, NaN, 0.5, 3) };

describe("the values of deep grey", () => {
  it("are read from a NumPy file", () => {
    expect(deepGreyOf(npy("<u2", "1, 3", whole.values))).toEqual(whole);
    expect(deepGreyOf(npy("<f4", "2, 2", metric.values))).toEqual({ ...metric, width: 2, height: 2 });
  });

  it("are none for a picture of 8 bits", () => expect(deepGreyOf(npy("<u2", "0, 0", new Uint16Array()))).toBeNull());

  it("are not read from another file", () => expect(() => deepGreyOf(new ArrayBuffer(200))).toThrow());

  it("range over the bits of the camera, or from the least to the most", () => {
    expect(rangeOf(whole)).toEqual({ least: 0, most: 4095, step: 1, own: { low: 100, high: 2600 } });
    expect(rangeOf(metric)).toMatchObject({ least: -1, most: 3, own: { low: -1, high: 3 } });
  });
});

describe("a window on deep grey", () => {
  beforeAll(() => {
    class Pixels {
      readonly data: Uint8ClampedArray;
      constructor(width: number, height: number) {
        this.data = new Uint8ClampedArray(4 * width * height);
      }
    }
    vi.stubGlobal("ImageData", Pixels);
  });

  it("shows differences that 8 bits do not have", () => {
    const { data } = throughWindow(whole, { low: 100, high: 355 });
    expect([...data]).toEqual([0, 0, 0, 255, 200, 200, 200, 255, 255, 255, 255, 255]);
  });

  it("shows what is no number as black", () => {
    const { data } = throughWindow(metric, { low: 0, high: 1 });
    expect([...data].filter((_, at) => at % 4 === 0)).toEqual([0, 0, 128, 255]);
  });
});
