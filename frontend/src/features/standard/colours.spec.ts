import { expect, it } from "vitest";
import { freeColour, freeKey } from "./colours";

it("a new class gets a colour and a key that no other has", () => {
  expect(freeColour([])).toBe("#e69f00");
  expect(freeColour(["#e69f00", ""])).toBe("#56b4e9");
  expect(freeKey([1, null, 3])).toBe(2);
  expect(freeKey([1, 2, 3, 4, 5, 6, 7, 8, 9])).toBeNull();
});
