import { expect, it } from "vitest";
import type { AgreementTask } from "@/api/types";
import { hasOpenImages } from "./ownTasks";

const task = {
  closed: false,
  images: 2,
  people: ["aya"],
  open_to: null,
  progress: [{ person: "aya", done: 1 }],
} as unknown as AgreementTask;

it("is left for who was asked and has not answered to the end", () => {
  expect(hasOpenImages(task, "aya")).toBe(true);
  expect(hasOpenImages({ ...task, progress: [{ person: "aya", done: 2 }] }, "aya")).toBe(false);
  expect(hasOpenImages({ ...task, closed: true }, "aya")).toBe(false);
});

it("is left for whoever comes where it is open to others", () => {
  expect(hasOpenImages(task, "ken")).toBe(false);
  expect(hasOpenImages({ ...task, open_to: 1 }, "ken")).toBe(true);
});
