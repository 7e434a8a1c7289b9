// The fields of a capture condition as a form has them, and back. Pure.
import type { Capture } from "@/api/types";
import { offsetAt, wallTime, zoneOnScreen } from "@/ui/siteZone";

export const TEXT_FIELDS = [
  "product",
  "line",
  "station",
  "camera",
  "lens",
  "light",
  "exposure",
  "recipe",
  "lot",
  "part",
  "session",
  "source_id",
] as const satisfies readonly (keyof Capture)[];

type TextField = (typeof TEXT_FIELDS)[number];

export interface CaptureForm {
  texts: Record<TextField, string>;
  /** A local time as `<input type="datetime-local">` has it; empty for none. */
  captured_at: string;
}

const two = (number: number) => String(number).padStart(2, "0");

/** Return a stored time on the wall clock of the site; empty for what is no time. */
export function localTime(stored: string | null | undefined): string {
  const time = new Date(stored ?? "");
  return Number.isNaN(time.getTime()) ? "" : wallTime(time, zoneOnScreen());
}

/** Return a time of the site's wall clock with the offset that its zone has then. */
export function zonedTime(local: string): string {
  const wall = local.length === 16 ? `${local}:00` : local;
  const minutes = offsetAt(wall, zoneOnScreen());
  const hours = Math.floor(Math.abs(minutes) / 60);
  return `${wall}${minutes < 0 ? "-" : "+"}${two(hours)}:${two(Math.abs(minutes) % 60)}`;
}

export function formOf(capture: Capture): CaptureForm {
  const texts = Object.fromEntries(TEXT_FIELDS.map((field) => [field, capture[field] ?? ""]));
  return { texts: texts as CaptureForm["texts"], captured_at: localTime(capture.captured_at) };
}

/** Return the capture condition with what was written. A time that nobody touched stays as it is stored. */
export function captureOf(form: CaptureForm, stored: Capture): Capture {
  const texts = TEXT_FIELDS.map((field) => [field, form.texts[field].trim() || null]);
  const untouched = form.captured_at === localTime(stored.captured_at);
  const written = form.captured_at ? zonedTime(form.captured_at) : null;
  return { ...(Object.fromEntries(texts) as Capture), captured_at: untouched ? (stored.captured_at ?? null) : written };
}

export function isChanged(form: CaptureForm, stored: Capture): boolean {
  const capture = captureOf(form, stored);
  return [...TEXT_FIELDS, "captured_at" as const].some((field) => capture[field] !== (stored[field] ?? null));
}
