// @vitest-environment jsdom
import { expect, it } from "vitest";
import { closeBatch, openBatch } from "./batch";

it("keeps the batch of an import until it is finished", () => {
  const batch = openBatch("line-1", "photos");
  expect(batch).toMatch(/^import-[0-9a-f]{8}$/);
  expect(openBatch("line-1", "photos")).toBe(batch);
  expect(openBatch("line-1", "others")).not.toBe(batch);
  expect(openBatch("line-2", "photos")).not.toBe(batch);
  closeBatch("line-1", "photos");
  expect(openBatch("line-1", "photos")).not.toBe(batch);
});
