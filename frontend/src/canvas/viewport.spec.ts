import { describe, expect, it } from "vitest";
import { fitted, following, LARGEST_SCALE, limited, moved, scaledAt, toPicture, toScreen } from "./viewport";

const PICTURE = { width: 4000, height: 3000 };
const HOST = { width: 824, height: 624 };

describe("the view", () => {
  it("shows the whole picture in the middle", () => {
    expect(fitted(PICTURE, HOST)).toEqual({ scale: 0.2, x: 12, y: 12 });
    expect(fitted({ width: 1, height: 1 }, HOST).scale).toBe(LARGEST_SCALE);
  });

  it("keeps the place under the pointer when it zooms", () => {
    const view = { scale: 0.5, x: -40, y: 17 };
    const at = [300, 200] as const;
    const zoomed = scaledAt(view, 2, at);
    expect(zoomed.scale).toBe(2);
    expect(toPicture(zoomed, at)).toEqual(toPicture(view, at));
  });

  it("takes points to the screen and back", () => {
    const view = { scale: 3, x: 7, y: -9 };
    expect(toPicture(view, toScreen(view, [12.25, 4.5]))).toEqual([12.25, 4.5]);
  });

  it.each([
    [{ scale: 1, x: 9999, y: 0 }, 776, 0],
    [{ scale: 1, x: -9999, y: -9999 }, -3952, -2952],
    [{ scale: 1, x: 10, y: 20 }, 10, 20],
  ])("keeps a part of the picture in sight: %j", (view, x, y) => {
    expect(limited(view, PICTURE, HOST)).toEqual({ scale: 1, x, y });
  });

  it("is not smaller than a quarter of the whole, nor larger than the largest scale", () => {
    expect(limited({ scale: 0.001, x: 0, y: 0 }, PICTURE, HOST).scale).toBe(0.05);
    expect(limited({ scale: 999, x: 0, y: 0 }, PICTURE, HOST).scale).toBe(LARGEST_SCALE);
  });

  it("follows a cursor that leaves it, and only then", () => {
    const view = { scale: 1, x: 0, y: 0 };
    expect(following(view, [400, 300], HOST)).toBe(view);
    expect(following(view, [900, 10], HOST)).toEqual(moved(view, -124, 38));
  });
});
