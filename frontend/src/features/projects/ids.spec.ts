import { expect, it } from "vitest";
import { idFor } from "./ids";

it.each([
  ["Line 1", [], "line-1"],
  ["  Broken Edge! ", [], "broken-edge"],
  ["Line 1", ["line-1"], "line-1-2"],
  ["ＬＩＮＥ　１", [], "line-1"],
  ["焼菓子ライン", [], "project-1"],
  ["検査ライン", ["project-1"], "project-2"],
  ["A欠け", [], "a-1"],
  ["A割れ", ["a-1"], "a-2"],
])("%s beside %j gets the id %s", (name, taken, id) => {
  expect(idFor(name, "project", taken)).toBe(id);
});
