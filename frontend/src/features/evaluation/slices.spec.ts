import { describe, expect, it } from "vitest";
import type { RunSlice } from "@/api/types";
import { partsOf, worstFirst, worstOf } from "./slices";

const slice = (name: string, escape_rate: number | null, more: Partial<RunSlice> = {}) =>
  ({ values: [name], escape_rate, overkill_rate: 0, few_ng: false, few_ok: false, ...more }) as RunSlice;
const names = (slices: readonly RunSlice[]) => slices.map(({ values }) => values[0]);

describe("slices", () => {
  it("come worst first, and those of few images last", () => {
    const found = worstFirst([
      slice("few", 1, { few_ng: true }),
      slice("good", 0.01),
      slice("bad", 0.2),
      slice("good with overkills", 0.01, { overkill_rate: 0.3 }),
      slice("no NG", null, { few_ng: true }),
    ]);
    expect(names(found)).toEqual(["bad", "good with overkills", "good", "few", "no NG"]);
  });

  it("have a worst one only where several can be told apart", () => {
    expect(worstOf([slice("a", 0.1), slice("few", 1, { few_ng: true })])).toBeNull();
    expect(worstOf([slice("a", 0.1), slice("b", 0.2)])?.values).toEqual(["b"]);
  });

  it("name their values", () => {
    const token = "W3siYnkiOiJwcm9kdWN0IiwidmFsdWUiOiLlk4HnqK4gQSJ9LHsiYnkiOiJjbGFzcyIsInZhbHVlIjpudWxsfV0";
    expect(partsOf(token)).toEqual([
      { by: "product", value: "品種 A" },
      { by: "class", value: null },
    ]);
    expect(["bogus", "e30", "W251bGxd", "W10"].map(partsOf)).toEqual([null, null, null, []]);
  });
});
