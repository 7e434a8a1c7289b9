import { expect, it } from "vitest";
import { heldByOthers, runsShort, toClaim } from "./claims";

const noon = Date.parse("2026-05-01T12:00:00Z");
const claim = (image_id: string, actor: string, until = "2026-05-01T12:02:00Z") => ({ image_id, actor, until });

it("others hold an image until their claim expires; one's own claims hold nothing back", () => {
  const claims = [claim("a", "me"), claim("b", "hanako"), claim("c", "taro", "2026-05-01T11:59:59Z")];
  expect([...heldByOthers(claims, "me", noon)]).toEqual([["b", "hanako"]]);
});

it("asks for the next images in order that nobody else holds, and never for all of a dataset", () => {
  const others = new Map([["b", "hanako"]]);
  expect(toClaim(["a", "b", "c"], others)).toEqual(["a", "c"]);
  expect(toClaim(Array.from({ length: 9000 }, String), others)).toHaveLength(50);
});

it("asks for more before the last own image is judged", () => {
  const claims = [claim("a", "me"), claim("b", "me")];
  expect(runsShort(["a", "b", "c"], claims, "me")).toBe(false);
  expect(runsShort(["b", "c"], claims, "me")).toBe(true);
  expect(runsShort(["b"], claims, "me")).toBe(false);
  expect(runsShort([], [], "me")).toBe(false);
});
