// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope } from "vue";
import { useFreshAddresses } from "./useFreshAddresses";

const MINUTE = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function fail(element = document.createElement("img")): void {
  document.body.append(element);
  element.dispatchEvent(new Event("error"));
}

it("asks anew when pictures stop loading after a while, once for all of them", () => {
  const ask = vi.fn();
  const scope = effectScope();
  scope.run(() => useFreshAddresses(ask));
  fail();
  expect(ask).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(11 * MINUTE);
  fail();
  fail();
  expect(ask).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(11 * MINUTE);
  scope.stop();
  fail();
  expect(ask).toHaveBeenCalledTimes(1);
});
