import { describe, expect, it } from "vitest";
import { stateOf } from "./drift";

describe("a cell of drift", () => {
  it.each([
    [null, true, false, "unknown"],
    [0.9, true, false, "few"],
    [0.9, false, true, "drifted"],
    [0.1, false, false, "none"],
  ] as const)("with gap %s, few images %s and drift %s is %s", (gap, is_small, has_drifted, state) => {
    expect(stateOf({ gap, is_small, has_drifted })).toBe(state);
  });
});
