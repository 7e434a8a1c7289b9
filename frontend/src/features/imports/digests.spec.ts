import { expect, it } from "vitest";
import { type Digests, digestAll, digestOf, mediaTypeOf } from "./digests";

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

it.each([
  ["\xff\xd8\xff\xe0", "image/jpeg"],
  ["\x89PNG\r\n\x1a\n", "image/png"],
  ["BM6", "image/bmp"],
  ["II*\0", "image/tiff"],
  ["MM\0+", "image/tiff"],
  ["RIFF\0\0\0\0WEBPVP8 ", "image/webp"],
  ["RIFF\0\0\0\0WAVE", null],
  ["GIF89a", "image/gif"],
  ["P5\n", "image/x-portable-anymap"],
  ["\0\0\0\x1cftypavif", "image/avif"],
  ["\0\0\0\x1cftypheic", null],
  ["\xff\x4f\xff\x51", "image/jp2"],
  ["\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"],
  ["{}", null],
])("knows %j by its first bytes", (head, media_type) => {
  expect(mediaTypeOf(bytes(head))).toBe(media_type);
});

it("digests the bytes of a file", async () => {
  expect(await digestOf(new Blob(["abc"]))).toEqual({
    digest: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    size: 3,
    media_type: null,
  });
});

const file = (path: string, read: () => Promise<Blob>) => ({ path, size: 1, read });

it("reads each file once, and keeps the failure of one beside the others", async () => {
  const known: Digests = new Map([["known.png", { digest: "k", size: 1, media_type: "image/png" }]]);
  const read: string[] = [];
  const files = ["known.png", "a.png", "b.png"].map((path) => file(path, () => Promise.resolve(new Blob([path]))));
  const gone = file("gone.png", () => Promise.reject(new Error("it is gone")));
  const digester = async (blob: Blob) => {
    read.push(await blob.text());
    return { digest: "d", size: 1, media_type: "image/png" };
  };
  await digestAll([...files, gone], known, digester, () => undefined, new AbortController().signal);
  expect(read.sort()).toEqual(["a.png", "b.png"]);
  expect([...known.keys()].sort()).toEqual(["a.png", "b.png", "gone.png", "known.png"]);
  expect(known.get("gone.png")).toEqual(new Error("it is gone"));
});

it("ends when it is stopped", async () => {
  const stop = new AbortController();
  const known: Digests = new Map();
  const files = Array.from({ length: 50 }, (_, at) => file(`${at}.png`, () => Promise.resolve(new Blob())));
  const digester = () => Promise.resolve({ digest: "d", size: 1, media_type: null });
  await digestAll(files, known, digester, () => stop.abort(), stop.signal);
  expect(known.size).toBeLessThan(10);
});
