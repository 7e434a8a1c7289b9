import { describe, expect, it } from "vitest";
import { ref } from "vue";
import { useOnScreen } from "./onScreen";

describe("a picture is on screen", () => {
  it("once it has loaded, until the next image is shown", () => {
    const current = ref<string | undefined>("a");
    const { load, isOnScreen } = useOnScreen(() => current.value);
    expect(isOnScreen.value).toBe(false);
    load("a");
    expect(isOnScreen.value).toBe(true);
    current.value = "b";
    expect(isOnScreen.value).toBe(false);
    load("a");
    expect(isOnScreen.value).toBe(false);
    load("b");
    expect(isOnScreen.value).toBe(true);
  });

  it("is settled once a person sees the picture, or that it cannot be shown", () => {
    const current = ref("a");
    const { load, fail, isOnScreen, isSettled } = useOnScreen(() => current.value);
    fail("b");
    expect(isSettled.value).toBe(false);
    fail("a");
    expect([isOnScreen.value, isSettled.value]).toEqual([false, true]);
    current.value = "b";
    expect(isSettled.value).toBe(false);
    load("b");
    expect(isSettled.value).toBe(true);
  });

  it("must load again when a person comes back to it", () => {
    const current = ref("a");
    const { load, isOnScreen } = useOnScreen(() => current.value);
    load("a");
    current.value = "b";
    current.value = "a";
    expect(isOnScreen.value).toBe(false);
  });
});
