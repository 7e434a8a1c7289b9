// Figures by slice, and which of them is the worst. Pure.
import type { RunSlice } from "@/api/types";

export const SLICED_BY = [
  "product",
  "line",
  "station",
  "camera",
  "light",
  "lot",
  "class",
  "predicted",
  "size",
  "day",
  "month",
  "person",
  "label_book",
] as const;
export type SlicedBy = (typeof SLICED_BY)[number];

/** One value of what a slice is cut by; null where it is not known. */
export interface SlicePart {
  by: string;
  value: string | null;
}

/** Return the values of a slice of the API, whose text is JSON in base64url; null for another text. */
export function partsOf(slice: string): SlicePart[] | null {
  try {
    const bytes = atob(slice.replaceAll("-", "+").replaceAll("_", "/"));
    const parts: unknown = JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))));
    return Array.isArray(parts) && parts.every((part) => typeof part?.by === "string") ? parts : null;
  } catch {
    return null;
  }
}

/** Return the slices with the worst first: escapes, then overkills. Those of few NG and few OK come last. */
export function worstFirst(slices: readonly RunSlice[]): RunSlice[] {
  const rank = ({ few_ng, few_ok }: RunSlice) => Number(few_ng) + Number(few_ok);
  const worse = (a?: number | null, b?: number | null) => (b ?? -1) - (a ?? -1);
  return [...slices].sort(
    (a, b) => rank(a) - rank(b) || worse(a.escape_rate, b.escape_rate) || worse(a.overkill_rate, b.overkill_rate),
  );
}

/** Return the slice of the highest escape rate among those with enough NG images, or null. */
export function worstOf(slices: readonly RunSlice[]): RunSlice | null {
  const told = slices.filter(({ few_ng, escape_rate }) => !few_ng && escape_rate != null);
  return told.length > 1 ? worstFirst(told)[0]! : null;
}
