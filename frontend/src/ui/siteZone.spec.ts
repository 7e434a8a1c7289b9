import { describe, expect, it } from "vitest";
import { momentOf, offsetAt, wallTime } from "./siteZone";

describe("the wall clock of a zone", () => {
  it("is that of the zone, in summer and in winter", () => {
    expect(wallTime(new Date("2026-11-28T15:30:05Z"), "Asia/Tokyo")).toBe("2026-11-29T00:30:05");
    expect(wallTime(new Date("2026-07-01T22:30:00Z"), "Europe/Berlin")).toBe("2026-07-02T00:30:00");
    expect(offsetAt("2026-01-01T00:00:00", "Europe/Berlin")).toBe(60);
    expect(offsetAt("2026-07-01T00:00:00", "Europe/Berlin")).toBe(120);
  });
  it("leads back to the moment, also on the day that the clock changes", () => {
    for (const moment of ["2026-03-28T23:00:00.000Z", "2026-03-29T01:00:00.000Z", "2026-10-24T22:00:00.000Z"])
      expect(momentOf(wallTime(new Date(moment), "Europe/Berlin"), "Europe/Berlin").toISOString()).toBe(moment);
  });
});
