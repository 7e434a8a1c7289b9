import { expect, it } from "vitest";
import { filterFrom, isNarrowed, queryFrom } from "./filter";

it("a filter survives the URL", () => {
  const filter = { verdict: "NG", line: "line-1", suggested: true, review: "returned", order: "newest" } as const;
  expect(filterFrom(queryFrom(filter))).toEqual(filter);
});

it("suggested first is the order when none is asked for, and leaves the URL clean", () => {
  expect(filterFrom({}).order).toBe("suggested");
  expect(filterFrom({ order: "sideways" }).order).toBe("suggested");
  expect(queryFrom({ order: "suggested" })).toEqual({});
});

it.each([
  ["verdict", "FOO", "unlabelled"],
  ["split", "FOO", "unassigned"],
  ["day", "2026-02-30", "2026-02-28"],
])("leaves out a %s that cannot be", (facet, wrong, right) => {
  expect(filterFrom({ [facet]: wrong })).toEqual({ order: "suggested" });
  expect(filterFrom({ [facet]: right })).toEqual({ order: "suggested", [facet]: right });
});

it("knows when it hides images", () => {
  expect(isNarrowed({ order: "newest" })).toBe(false);
  expect(isNarrowed({ order: "newest", excluded: true })).toBe(true);
});
