import { describe, expect, it } from "vitest";
import { gridFor, moved, rowsBySlot, scrollTo, windowAt, runwayFor } from "./geometry";

describe("the grid", () => {
  it("fills the width with whole tiles", () => {
    const { columns, tile } = gridFor(1000, "m");
    expect(columns).toBe(5);
    expect(columns * tile + (columns - 1) * 6).toBeLessThanOrEqual(1000);
  });

  it("always has a column", () => expect(gridFor(40, "l").columns).toBe(1));

  it("draws the same number of rows wherever it is scrolled", () => {
    const rows = [0, 3333, 99_999_999].map((scroll) => windowAt(scroll, 800, 150, 12_500).rows);
    expect(new Set(rows).size).toBe(1);
    expect(windowAt(99_999_999, 800, 150, 12_500).first).toBe(12_500 - rows[0]!);
  });

  it("leaves a row in its slot while it stays on screen", () => {
    const before = rowsBySlot({ first: 10, rows: 6 });
    const after = rowsBySlot({ first: 12, rows: 6 });
    expect([...after].sort((a, b) => a - b)).toEqual([12, 13, 14, 15, 16, 17]);
    for (const row of [12, 13, 14, 15]) expect(after.indexOf(row)).toBe(before.indexOf(row));
  });
});

describe("arrow keys", () => {
  it("move by tile and by row, and stay inside", () => {
    expect(moved(5, "ArrowRight", 4, 10, 3)).toBe(6);
    expect(moved(5, "ArrowUp", 4, 10, 3)).toBe(1);
    expect(moved(1, "ArrowUp", 4, 10, 3)).toBe(1);
    expect(moved(5, "PageDown", 4, 10, 3)).toBe(9);
    expect(moved(5, "Home", 4, 10, 3)).toBe(0);
  });

  it("scroll no more than needed", () => {
    expect(scrollTo(5, 0, 800, 100)).toBe(0);
    expect(scrollTo(9, 0, 800, 100)).toBe(200);
    expect(scrollTo(1, 300, 800, 100)).toBe(100);
  });
});

it("rows that are taller than a browser can draw are scrolled over in larger steps, up to the last", () => {
  expect(runwayFor(1000, 150, 800)).toEqual({ height: 150_000, ratio: 1 });
  const { height, ratio } = runwayFor(333_334, 208, 800);
  expect(height).toBe(15_000_000);
  expect((height - 800) * ratio).toBeCloseTo(333_334 * 208 - 800, 0);
});
