import { expect, it } from "vitest";
import type { Image } from "@/api/types";
import { unjudgedFrom } from "./unjudged";

const image = (image_id: string, verdict: Image["verdict"], excluded: string | null = null) =>
  ({ image_id, verdict, excluded }) as Image;

it("what waits begins at the place, without judged and excluded images", () => {
  const images = [image("a", null), image("b", "OK"), image("c", null, "blurred"), image("d", null), image("e", null)];
  const shown = (one: Image) => (one.image_id === "e" ? { ...one, verdict: "NG" as const } : one);
  expect(unjudgedFrom(images, 1, shown)).toEqual(["d"]);
  expect(unjudgedFrom(images, -1, shown)).toEqual(["a", "d"]);
});

it("reads a part of a long list only", () => {
  const many = Array.from({ length: 9000 }, (_, at) => image(String(at), null));
  expect(unjudgedFrom(many, 0, (one) => one)).toHaveLength(500);
});
