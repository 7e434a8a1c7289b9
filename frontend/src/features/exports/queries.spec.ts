import { describe, expect, it } from "vitest";
import { filtersOf } from "./queries";

describe("the filters of an export", () => {
  it("are those of the gallery, without order, version and suggestions", () => {
    const filter = {
      order: "newest",
      verdict: "NG",
      line: "L1",
      lot: "A7",
      name: "cam 42",
      among: "aaaaaaaaaaaa",
      as_of: "7",
      suggested: true,
    } as const;
    expect(filtersOf(filter)).toEqual({ verdict: "NG", line: "L1", lot: "A7", name: "cam 42", among: "aaaaaaaaaaaa" });
    expect(filtersOf({ order: "suggested", excluded: true })).toEqual({ excluded: true });
  });
});
