// The time zone of the site, in which dates are shown and written.
import { ref } from "vue";

/** The zone of the project on screen; undefined where it is not known: the zone of the browser. */
const siteZone = ref<string>();
export const setSiteZone = (zone: string | undefined): void => void (siteZone.value = zone);
export const zoneOnScreen = (): string => siteZone.value ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Return the wall clock of a zone at a moment: 2026-11-29T09:05:00. */
export function wallTime(moment: Date, zone: string): string {
  const shown = new Intl.DateTimeFormat("sv", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  return shown.format(moment).replace(" ", "T");
}

/** Return the minutes that the wall clock of a zone is ahead of UTC when it shows this. */
export function offsetAt(wall: string, zone: string): number {
  const asUtc = Date.parse(`${wall}Z`);
  const ahead = (moment: number) => Date.parse(`${wallTime(new Date(moment), zone)}Z`) - moment;
  return ahead(asUtc - ahead(asUtc)) / 60_000;
}

/** Tells whether a text is a day of the calendar: 2026-11-28. */
export function isDay(text: string | undefined): text is string {
  const start = Date.parse(`${text}T00:00Z`);
  return !Number.isNaN(start) && new Date(start).toISOString().slice(0, 10) === text;
}

/** Return the moment at which the wall clock of a zone shows this. */
export const momentOf = (wall: string, zone: string): Date =>
  new Date(Date.parse(`${wall}Z`) - offsetAt(wall, zone) * 60_000);
