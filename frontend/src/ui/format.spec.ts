import { expect, it } from "vitest";
import { bytes, clock, relative } from "./format";

it("durations read like a clock", () => {
  expect(clock(42)).toBe("0:42");
  expect(clock(3725)).toBe("1:02:05");
});

it("times are told from now, in the language, and never in the future", () => {
  const now = Date.parse("2026-05-01T12:00:00Z");
  expect(relative("2026-05-01T09:00:00Z", now, "en")).toBe("3 hours ago");
  expect(relative("2026-05-01T09:00:00Z", now, "ja")).toBe("3 時間前");
  expect(relative("2026-05-01T12:00:09Z", now, "en")).toBe("now");
});

it("bytes are told in the largest unit that they fill", () => {
  expect([0, 1023, 1536, 4 * 1024 ** 3].map((value) => bytes(value, "en"))).toEqual([
    "0 byte",
    "1,023 byte",
    "1.5 kB",
    "4 GB",
  ]);
});
