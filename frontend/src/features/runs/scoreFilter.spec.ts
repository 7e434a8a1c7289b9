import { expect, it } from "vitest";
import type { LocationQuery } from "vue-router";
import { filterOf, queryOf } from "./scoreFilter";

it.each([
  [{}, {}],
  [{ cell: "escape" }, { cell: "escape" }],
  [
    { cell: "escape", at: "0.25" },
    { cell: "escape", at: 0.25 },
  ],
  [
    { at: "0.2", below: "0.6" },
    { at: 0.2, below: 0.6 },
  ],
  [
    { slice: "W10", cell: "overkill" },
    { slice: "W10", cell: "overkill" },
  ],
  [{ cell: "elsewhere", at: "x", below: "", slice: null }, {}],
])("the address %o lists %o", (query, filter) => {
  expect(filterOf(query)).toEqual(filter);
});

it("a filter comes back from its address", () => {
  const filter = { cell: "overkill", at: 0.5, slice: "W10" } as const;
  expect(filterOf({ ...queryOf(filter), at: "0.5" } as LocationQuery)).toEqual(filter);
});
