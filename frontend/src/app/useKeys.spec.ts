// @vitest-environment jsdom
import { effectScope } from "vue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listenForKeys, useKeys } from "./useKeys";

const scope = { current: effectScope() };
const press = (key: string, repeat = false, target: Element = document.body) => {
  const event = new KeyboardEvent("keydown", { key, repeat, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
  return event;
};

beforeEach(() => {
  scope.current = effectScope();
  scope.current.run(() => listenForKeys({}));
});
afterEach(() => scope.current.stop());

describe("a held key", () => {
  it("judges one image, however long it is held", () => {
    const ok = vi.fn();
    scope.current.run(() => useKeys("gallery", { ok }));
    press("o");
    for (let held = 0; held < 12; held += 1) expect(press("o", true).defaultPrevented).toBe(true);
    expect(ok).toHaveBeenCalledTimes(1);
    press("o");
    expect(ok).toHaveBeenCalledTimes(2);
  });

  it("moves on and on through the images", () => {
    const move = vi.fn();
    scope.current.run(() => useKeys("gallery", { move }));
    press("ArrowRight");
    press("ArrowRight", true);
    press("ArrowRight", true);
    expect(move).toHaveBeenCalledTimes(3);
  });

  it("presses a button once", () => {
    const button = document.createElement("button");
    document.body.append(button);
    expect(press("Enter", false, button).defaultPrevented).toBe(false);
    expect(press("Enter", true, button).defaultPrevented).toBe(true);
    expect(press(" ", true, button).defaultPrevented).toBe(true);
  });
});
