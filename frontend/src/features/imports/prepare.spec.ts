import { expect, it } from "vitest";
import type { ImportEntry } from "@/api/types";
import type { Digests } from "./digests";
import { conditionsOf, pathsOf, prepare } from "./prepare";

function entry(path: string, more: Partial<ImportEntry> = {}): ImportEntry {
  return { path, name: path, capture: {}, verdict: "OK", defects: [], split: null, group: "", reason: "", ...more };
}

const masked = (path: string, mask: string): ImportEntry =>
  entry(path, {
    verdict: "NG",
    defects: [
      {
        class_name: "chip",
        box: null,
        polygon: null,
        unit: "pixel",
        mask: { path: mask, colour: null, index: null, others: [] },
      },
    ],
  });

const digestsOf = (digests: Record<string, string>): Digests =>
  new Map(Object.entries(digests).map(([path, digest]) => [path, { digest, size: 10, media_type: "image/png" }]));

it("sends every picture once, and the masks", () => {
  const items = [entry("a.png"), masked("b.png", "mask.png"), masked("c.png", "mask.png"), entry("copy.png")];
  expect(pathsOf(items)).toEqual(["a.png", "b.png", "c.png", "copy.png", "mask.png"]);
  const digests = digestsOf({ "a.png": "1", "b.png": "2", "c.png": "3", "copy.png": "1", "mask.png": "m" });
  const { images, masks, copies, rejected } = prepare(items, digests);
  expect(images.map(({ path }) => path)).toEqual(["a.png", "b.png", "c.png"]);
  expect(masks.map(({ path, digest }) => [path, digest])).toEqual([["mask.png", "m"]]);
  expect([...copies, ...rejected]).toEqual([]);
});

it.each([
  [{ verdict: "NG" }, "same bytes as a.png, which says OK, not NG"],
  [{ verdict: null }, "same bytes as a.png, which says OK, not nothing"],
  [{ split: "test" }, "same bytes as a.png, which is in another split"],
] as const)("names the same bytes with %j", (more, reason) => {
  const { images, copies } = prepare([entry("a.png"), entry("b.png", more)], digestsOf({ "a.png": "1", "b.png": "1" }));
  expect(images).toHaveLength(1);
  expect(copies).toEqual([{ file: "b.png", reason }]);
});

it("counts the images of each field of the capture conditions", () => {
  const [camera, both, none] = [{ camera: "c1" }, { camera: "c2", line: "L1" }, {}];
  const items = [camera, both, none].map((capture, n) => entry(`${n}.png`, { capture }));
  expect(conditionsOf(items)).toEqual([
    ["camera", 2],
    ["line", 1],
  ]);
});

const gone = { code: "unreadable", parameters: { error: "it is gone" } };

it("rejects what cannot be sent, and nothing beside it", () => {
  const digests: Digests = new Map([
    ...digestsOf({ "good.png": "1", "b.png": "2" }),
    ["text.png", { digest: "3", size: 10, media_type: null }],
    ["gone.png", new Error("it is gone")],
  ]);
  const names = ["text.png", "gone.png", "missing.png", "good.png"];
  const { images, rejected } = prepare([...names.map((name) => entry(name)), masked("b.png", "gone.png")], digests);
  expect(images.map(({ path }) => path)).toEqual(["good.png"]);
  expect(rejected).toEqual([
    {
      file: "text.png",
      reason: [{ code: "no_picture", parameters: { kinds: "PNG, JPEG, TIFF, BMP, WebP, GIF, PPM, AVIF, JPEG 2000" } }],
    },
    { file: "gone.png", reason: [gone] },
    { file: "missing.png", reason: [{ code: "not_given", parameters: {} }] },
    { file: "b.png", reason: [{ code: "in_mask", parameters: { path: "gone.png" } }, gone] },
  ]);
});
