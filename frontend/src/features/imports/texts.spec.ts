import { expect, it } from "vitest";
import { decoded, readTexts, UnreadableText } from "./texts";

const file = (path: string, content: BlobPart) => {
  const blob = new Blob([content]);
  return { path, size: blob.size, read: () => Promise.resolve(blob) };
};

it("reads annotation files alone, without the pictures that labelme embeds", async () => {
  const files = [file("a.png", "x"), file("a.json", `{"shapes": [], "imageData": "${"A".repeat(1000)}"}`)];
  expect(await readTexts(files, 1000)).toEqual({ texts: { "a.json": '{"shapes": [], "imageData": null}' }, bytes: 33 });
});

it("reads no further than the limit", async () => {
  const files = ["a.csv", "b.csv", "c.csv"].map((path) => file(path, "12345678"));
  const { texts, bytes } = await readTexts(files, 10);
  expect(texts).toEqual({});
  expect(bytes).toBeGreaterThan(10);
});

const SHIFT_JIS = [0x8c, 0x87, 0x82, 0xaf];
const declared = [...'<?xml version="1.0" encoding="Shift_JIS"?>'].map((letter) => letter.charCodeAt(0));

it.each([
  ["UTF-8", [...new TextEncoder().encode("欠け")], "欠け"],
  ["UTF-8 with a mark", [0xef, 0xbb, 0xbf, 0x41], "A"],
  ["UTF-16", [0xff, 0xfe, 0x20, 0x6b, 0x51, 0x30], "欠け"],
  ["Shift-JIS", SHIFT_JIS, "欠け"],
  ["what its XML says", [...declared, ...SHIFT_JIS], '<?xml version="1.0"?>欠け'],
])("decodes %s", (_, bytes, text) => {
  expect(decoded(Uint8Array.from(bytes))).toBe(text);
});

it("refuses text that has two meanings, with its path", async () => {
  const latin = Uint8Array.from([0x63, 0x61, 0x66, 0xe9, 0x20, 0xc4, 0xc5]);
  await expect(readTexts([file("labels/a.csv", latin)], 1000)).rejects.toThrow(new UnreadableText("labels/a.csv"));
});
