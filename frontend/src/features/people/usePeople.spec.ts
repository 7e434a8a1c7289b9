import { expect, it } from "vitest";
import type { Person } from "@/api/types";
import { knownNames, shown } from "./usePeople";

const people = new Map<string, Person>([
  ["abcdefghijkl", { actor: "abcdefghijkl", name: "田中 綾", erased: false }],
  ["mnopqrstuvwx", { actor: "mnopqrstuvwx", name: "", erased: true }],
]);

it("an actor is shown by name, and by an id where there is none", () => {
  expect(shown(people, "abcdefghijkl")).toBe("田中 綾");
  expect(shown(people, "mnopqrstuvwx")).toBe("mnopqrst…");
  expect(shown(people, "kenpin")).toBe("Kenpin");
  expect(shown(people, "trainer", { trainer: "Training" })).toBe("Training");
  expect(shown(people, "line-3")).toBe("line-3");
  expect(shown(people, "3f1c0a52-6f7e-4a3c-9a53-0d6f5d2b7c11")).toBe("3f1c0a52…");
});

it("a person is sent to people with a name, never to an id that the platform made", () => {
  expect(knownNames(people, ["abcdefghijkl", "mnopqrstuvwx", "zkgbhqfycspb", "taro.y"])).toEqual(["田中 綾", "taro.y"]);
  expect(knownNames(people, ["zkgbhqfycspb"])).toEqual([]);
});
