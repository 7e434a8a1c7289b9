import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { FORMATS } from "./formats";

it("offers the formats that are read", () => {
  const source = readFileSync("../layers/kenpin/python/kenpin/importing/recognise.py", "utf8");
  const tables = [...source.matchAll(/^(?:ANNOTATED|LAYOUTS)\b[^=]*= \{([^}]*)\}/gm)].map(([, table]) => table!);
  expect(tables).toHaveLength(2);
  const names = tables.flatMap((table) => [...table.matchAll(/"([a-z-]+)":/g)].map(([, name]) => name));
  expect(Object.keys(FORMATS)).toEqual(names);
});
