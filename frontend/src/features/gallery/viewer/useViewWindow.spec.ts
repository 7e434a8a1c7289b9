import { beforeEach, expect, it, vi } from "vitest";
import { nextTick, ref } from "vue";
import type { Image } from "@/api/types";
import { loadRange, type ValueRange } from "@/canvas";
import { useViewWindow } from "./useViewWindow";

vi.mock("@/canvas", () => ({ loadRange: vi.fn() }));
const loaded = vi.mocked(loadRange);
const RANGE: ValueRange = { least: 0, most: 4095, step: 1, own: { low: 90, high: 900 } };
const deepGrey = (low: number | null, high: number | null) =>
  ref({ deep_grey: { values_url: "/values", low, high } } as Image);
const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  loaded.mockReset();
  loaded.mockResolvedValue(RANGE);
});

it("stretches the shown levels of a picture of 8 bits", async () => {
  const looking = useViewWindow(ref({ deep_grey: null } as Image));
  looking.flip();
  looking.window.value = { black: 51, white: 204 };
  await nextTick();
  expect(loaded).not.toHaveBeenCalled();
  expect(looking.deep.value).toBeNull();
  expect(looking.filter.value).toContain("contrast");
  looking.reset();
  expect(looking.filter.value).toBe("none");
});

it("looks at the values of deep grey, from the window of its camera on", async () => {
  const looking = useViewWindow(deepGrey(64, 3900));
  expect(looking.deep.value).toBeNull();
  looking.flip();
  await settled();
  expect(looking.reach.value).toEqual({ least: 0, most: 4095, step: 1 });
  expect(looking.deep.value).toEqual({ url: "/values", low: 64, high: 3900 });
  looking.window.value = { black: 400, white: 420 };
  expect(looking.deep.value).toEqual({ url: "/values", low: 400, high: 420 });
  expect(looking.filter.value).toBe("none");
  looking.reset();
  expect(looking.window.value).toEqual({ black: 64, white: 3900 });
});

it("begins with the window of the picture itself where its camera has none", async () => {
  const looking = useViewWindow(deepGrey(null, null));
  looking.flip();
  await settled();
  expect(looking.window.value).toEqual({ black: 90, white: 900 });
});

it("stretches the shown levels where the values cannot be loaded", async () => {
  loaded.mockRejectedValue(new Error("404"));
  const looking = useViewWindow(deepGrey(64, 3900));
  looking.flip();
  await settled();
  looking.window.value = { black: 51, white: 204 };
  expect(looking.filter.value).toContain("contrast");
});
