import { expect, it } from "vitest";
import type { Image } from "@/api/types";
import { correctionsOf, withCapture } from "./corrections";
import type { PreparedImage } from "./prepare";

function image(name: string, capture: Record<string, string>): PreparedImage {
  const path = `${name}.png`;
  const entry = { path, name: path, capture, verdict: null, defects: [], split: null, group: "", reason: "" };
  return { path, digest: name, size: 10, media_type: "image/png", entry };
}
const stored = (image_id: string, capture: Image["capture"]) => ({ image_id, capture }) as Image;

it("corrects what the source gives otherwise, and keeps what it does not give", () => {
  const images = [image("a", { line: "L2", lot: "7" }), image("b", { line: "L1" }), image("new", { line: "L1" })];
  const known = [stored("a", { line: "L1", lot: null, camera: "c1" }), stored("b", { line: "L1", camera: "c2" })];
  expect(correctionsOf(images, known)).toEqual([
    {
      digest: "a",
      path: "a.png",
      changed: [
        { field: "line", stored: "L1", given: "L2" },
        { field: "lot", stored: null, given: "7" },
      ],
      capture: { line: "L2", lot: "7", camera: "c1" },
    },
  ]);
});

it("asks about the images alone that the source gives conditions for", () => {
  expect(withCapture([image("a", { line: "L1" }), image("b", {})])).toEqual(["a"]);
});
