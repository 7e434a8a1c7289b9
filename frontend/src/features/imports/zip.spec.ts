import { BlobWriter, TextReader, ZipWriter } from "@zip.js/zip.js/lib/zip-core-external.js";
import { expect, it } from "vitest";
import { BadArchive } from "./source";
import { decodeText, reasonToPass, zipSource } from "./zip";

async function archive(files: Record<string, string>): Promise<File> {
  const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
  for (const [path, text] of Object.entries(files)) await writer.add(path, new TextReader(text));
  return new File([await writer.close()], "photos.zip");
}

it("reads the members of an archive by their paths", async () => {
  const source = await zipSource(await archive({ "OK/a.png": "one", "欠け/b.png": "two", "../c.png": "three" }));
  expect(source.name).toBe("photos.zip");
  expect(source.files.map(({ path, size }) => [path, size])).toEqual([
    ["OK/a.png", 3],
    ["欠け/b.png", 3],
  ]);
  expect(await (await source.files[1]!.read()).text()).toBe("two");
  expect(source.passed_over).toEqual([
    { why: "its path leads outside of the archive", files: 1, examples: ["../c.png"] },
  ]);
});

it("refuses what is no archive", async () => {
  await expect(zipSource(new File(["no zip at all"], "a.zip"))).rejects.toThrow(BadArchive);
});

it("says that an archive is encrypted", async () => {
  const bytes = new Uint8Array(await (await archive({ "a.png": "one" })).arrayBuffer());
  const entry = bytes.findIndex((_, at) => [0x50, 0x4b, 1, 2].every((byte, offset) => bytes[at + offset] === byte));
  bytes[entry + 8]! |= 1;
  await expect(zipSource(new File([bytes], "a.zip"))).rejects.toThrow("is encrypted; unpack it first");
});

it("reads names in UTF-8 and in the Shift-JIS of Windows", () => {
  expect(decodeText(new TextEncoder().encode("欠け"))).toBe("欠け");
  expect(decodeText(Uint8Array.from([0x8c, 0x87, 0x82, 0xaf]))).toBe("欠け");
});

const MEGABYTE = 1024 ** 2;

it.each([
  ["OK/a.png", {}, ""],
  ["/etc/passwd", {}, "its path leads outside of the archive"],
  ["C:/a.png", {}, "its path leads outside of the archive"],
  ["OK/a.png", { encrypted: true }, "is encrypted; unpack it first"],
  ["OK/a.png", { uncompressedSize: 15 * MEGABYTE, compressedSize: 10 }, ""],
  [
    "OK/a.png",
    { uncompressedSize: 300 * MEGABYTE, compressedSize: MEGABYTE },
    "packed more than 200 times (a zip bomb)",
  ],
])("passes over %s with %j: %s", (path, member, why) => {
  expect(reasonToPass({ encrypted: false, uncompressedSize: 10, compressedSize: 10, ...member }, path)).toBe(why);
});
