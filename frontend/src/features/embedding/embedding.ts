// The embedding map in the browser: places from 0 to 100, colours by value, and the images inside an outline. Pure.
import type { Embedding } from "@/api/types";

export type Place = readonly [x: number, y: number];
export interface Mapped {
  image_id: string;
  /** 0..100 from left to right and from top to bottom */
  at: Place;
  value: string;
}
export interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export const BY = ["verdict", "split", "line", "station", "camera", "product", "light", "lot"] as const;
export type MapValue = (typeof BY)[number];
/** Images that an address can name. */
export const MOST_OPENED = 300;
const ID_DIGITS = 12;
/** Okabe and Ito's colours, told apart by people who see fewer colours; the last is for all other values. */
const COLOURS = ["#56b4e9", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#0072b2", "#f0e442", "#777777"];
const OF_VERDICTS: Readonly<Record<string, string>> = { OK: "#009e73", NG: "#d55e00", HOLD: "#e69f00" };

/** Return the images with their places, scaled so that the map fills its square. */
export function mapped({ image_ids, x, y, values }: Embedding): Mapped[] {
  const [across, down] = [scaleOf(x), scaleOf(y)];
  return image_ids.map((image_id, n) => ({
    image_id,
    at: [across(x[n]!), 100 - down(y[n]!)],
    value: values[n] ?? "",
  }));
}

function scaleOf(numbers: readonly number[]): (number: number) => number {
  const least = numbers.reduce((a, b) => Math.min(a, b), Infinity);
  const span = numbers.reduce((a, b) => Math.max(a, b), -Infinity) - least || 1;
  return (number) => 2 + (96 * (number - least)) / span;
}

export interface LegendItem {
  value: string;
  colour: string;
  images: number;
}

/** Return the values with their colours, the commonest first. */
export function legend(points: readonly Mapped[], by: MapValue): LegendItem[] {
  const counts = new Map<string, number>();
  for (const { value } of points) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  const colourOf = (value: string, n: number) =>
    by === "verdict" ? (OF_VERDICTS[value] ?? COLOURS.at(-1)!) : COLOURS[Math.min(n, COLOURS.length - 1)]!;
  return sorted.map(([value, images], n) => ({ value, colour: colourOf(value, n), images }));
}

export function isInside(outline: readonly Place[], [x, y]: Place): boolean {
  let inside = false;
  outline.forEach(([ax, ay], n) => {
    const [bx, by] = outline[(n + 1) % outline.length]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

export const outlineOf = ({ left, top, right, bottom }: Rectangle): Place[] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

/** Return the filter of the gallery that holds these images: as many of them as an address can name. */
export const amongOf = (points: readonly Mapped[]): string =>
  points
    .slice(0, MOST_OPENED)
    .map(({ image_id }) => image_id.slice(0, ID_DIGITS))
    .join(",");
