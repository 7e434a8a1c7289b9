import { beforeEach, expect, it, vi } from "vitest";
import { Mips } from "./mips";
import { PictureCache } from "./pictureCache";

const picture = (url: string) => ({ url, width: 4, height: 3 });
let closed: string[];

beforeEach(() => {
  closed = [];
  vi.spyOn(Mips, "load").mockImplementation(async (url) => {
    if (url === "broken") throw new Error(url);
    return { close: () => closed.push(url) } as unknown as Mips;
  });
});

it("keeps the newest pictures, and those on screen", async () => {
  const cache = new PictureCache();
  await cache.take(picture("shown"));
  cache.held = new Set(["shown"]);
  for (let at = 0; at < 8; at++) await cache.take(picture(`next-${at}`));
  await Promise.resolve();
  expect(closed).toEqual(["next-0", "next-1", "next-2"]);
  expect(await cache.take(picture("shown"))).toBe(await cache.take(picture("shown")));
  expect(Mips.load).toHaveBeenCalledTimes(9);
});

it("loads a picture again that failed", async () => {
  const cache = new PictureCache();
  await expect(cache.take(picture("broken"))).rejects.toThrow("broken");
  await expect(cache.take(picture("broken"))).rejects.toThrow("broken");
  expect(Mips.load).toHaveBeenCalledTimes(2);
});

it("closes all at the end", async () => {
  const cache = new PictureCache();
  await cache.take(picture("one"));
  cache.clear();
  await Promise.resolve();
  expect(closed).toEqual(["one"]);
});
