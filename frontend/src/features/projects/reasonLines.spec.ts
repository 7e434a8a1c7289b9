import { expect, it } from "vitest";
import { reasonsIn } from "./reasonLines";

it("each line is a reason once, in order", () => {
  expect(reasonsIn(" 油膜 \n\n刻印の重なり\r\n油膜\n")).toEqual(["油膜", "刻印の重なり"]);
  expect(reasonsIn(" \n")).toEqual([]);
});
