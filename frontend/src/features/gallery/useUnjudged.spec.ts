import { describe, expect, it, vi } from "vitest";
import { nextTick, ref, shallowRef } from "vue";
import type { Image } from "@/api/types";
import { isUnjudged, useUnjudged } from "./useUnjudged";

/** Images by a letter each: `o` judged, `.` unjudged, `x` excluded, `e` erased. */
const images = (letters: string) =>
  [...letters].map((letter, at) => ({
    image_id: String(at),
    verdict: letter === "o" ? "OK" : null,
    excluded: letter === "x" || letter === "e" ? "blurred" : null,
    erased: letter === "e" ? "a person" : null,
  })) as Image[];

function searchIn(letters: string, complete = true) {
  const list = {
    items: shallowRef(images(letters)),
    before: ref(0),
    loading: ref(false),
    complete: ref(complete),
    need: vi.fn(),
  };
  const found = vi.fn();
  return { list, found, ...useUnjudged(list, isUnjudged, found) };
}

describe("the next unjudged image", () => {
  it.each([
    ["oo.o.", -1, 2],
    ["oo.o.", 2, 4],
    [".ooo.", 4, 0],
    ["xe.", -1, 2],
    ["ooo", 1, -1],
    ["", -1, -1],
  ])("of %s after %i is %i", (letters, after, wanted) => {
    const { seek, found } = searchIn(letters);
    seek(after);
    expect(found.mock.calls).toEqual([[wanted]]);
  });

  it("is looked for in the pages that follow, before those that came before", async () => {
    const { list, seek, found, isSeeking } = searchIn(".oo", false);
    seek(0);
    expect(list.need).toHaveBeenCalledWith(3, 3);
    expect([found.mock.calls.length, isSeeking.value]).toEqual([0, true]);
    list.items.value = images(".oo.");
    await nextTick();
    expect(found.mock.calls).toEqual([[3]]);
    expect(isSeeking.value).toBe(false);
  });

  it("is waited for while the list loads, and no more once a person moves", async () => {
    const { list, seek, found, stop } = searchIn("o.");
    list.loading.value = true;
    seek(-1);
    stop();
    list.loading.value = false;
    await nextTick();
    expect(found).not.toHaveBeenCalled();
  });
});
