import { expect, it, vi } from "vitest";
import { type Paper, within } from "./layer";

it("lays another picture whole and undistorted into the middle of the picture", () => {
  const context = { translate: vi.fn(), scale: vi.fn() };
  const paper = { context, area: [0, 0, 400, 300], scale: 2, ratio: 1 } as unknown as Paper;
  const paperOfOther = within(paper, { width: 100, height: 100 }, { width: 400, height: 300 });
  expect(context.translate).toHaveBeenCalledWith(50, 0);
  expect(context.scale).toHaveBeenCalledWith(3, 3);
  expect(paperOfOther.scale).toBe(6);
  expect(paperOfOther.area.map((value) => Math.round(value))).toEqual([-17, 0, 133, 100]);
});

it("lays a picture of the same size just over the picture", () => {
  const context = { translate: vi.fn(), scale: vi.fn() };
  const paper = { context, area: [10, 20, 30, 40], scale: 2, ratio: 1 } as unknown as Paper;
  expect(within(paper, { width: 40, height: 30 }, { width: 40, height: 30 })).toEqual(paper);
});
