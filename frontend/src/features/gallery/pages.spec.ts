import { expect, it } from "vitest";
import { firstPlace, following } from "./pages";

it("after the suggested images come all the others", () => {
  const filter = { order: "suggested" } as const;
  const first = firstPlace(filter);
  expect(following(first, "more", filter)).toEqual({ order: "suggested", cursor: "more" });
  expect(following(first, null, filter)).toEqual({ order: "registered" });
  expect(following({ order: "registered" }, null, filter)).toBeNull();
});

it("only the suggested ones come when only they are asked for", () => {
  expect(following({ order: "suggested" }, null, { order: "suggested", suggested: true })).toBeNull();
});
