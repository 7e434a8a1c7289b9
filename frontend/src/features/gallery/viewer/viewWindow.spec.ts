import { describe, expect, it } from "vitest";
import { filterOf, LEVELS, WHOLE, withBlack, withWhite } from "./viewWindow";

/** A level from 0 to 1 through the filter, as CSS defines both functions. */
function shown(filter: string, level: number): number {
  const [brightness, contrast] = [...filter.matchAll(/\(([^)]+)\)/g)].map(([, number]) => Number(number)) as [
    number,
    number,
  ];
  const bright = Math.min(1, level * brightness);
  return Math.min(1, Math.max(0, (bright - 0.5) * contrast + 0.5));
}

describe("the window of the viewer", () => {
  it("changes nothing when it is whole", () => expect(filterOf(WHOLE)).toBe("none"));

  it.each([
    [51, 204],
    [0, 64],
    [200, 255],
    [100, 101],
  ])("shows %i as black and %i as white", (black, white) => {
    const filter = filterOf({ black, white });
    expect(shown(filter, black / 255)).toBeCloseTo(0, 5);
    expect(shown(filter, white / 255)).toBeCloseTo(1, 5);
    expect(shown(filter, (black + white) / 510)).toBeCloseTo(0.5, 5);
    expect(shown(filter, 0)).toBe(0);
    expect(shown(filter, 1)).toBeCloseTo(1, 5);
  });

  it("keeps white above black", () => {
    expect(withBlack({ black: 0, white: 100 }, 180, LEVELS)).toEqual({ black: 180, white: 181 });
    expect(withBlack(WHOLE, 255, LEVELS)).toEqual({ black: 254, white: 255 });
    expect(withWhite({ black: 50, white: 255 }, 20, LEVELS)).toEqual({ black: 19, white: 20 });
    expect(withWhite(WHOLE, 0, LEVELS)).toEqual({ black: 0, white: 1 });
    const metric = { least: -2, most: 2, step: 0.5 };
    expect(withBlack({ black: 0, white: 1 }, 2, metric)).toEqual({ black: 1.5, white: 2 });
  });
});
