// The colours of a heatmap: viridis, which is told apart with every kind of colour vision. Pure.

const VIRIDIS = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
] as const;
const STEPS = 64;

/** The ramp as a CSS gradient, from OK to NG. */
export const GRADIENT = `linear-gradient(to right, ${VIRIDIS.map((colour) => `rgb(${colour.join(" ")})`).join(", ")})`;

/** Return the place of a score on the ramp, 0..1. The threshold lies in the middle, so colours mean the same everywhere. */
export function placeOf(score: number, threshold: number): number {
  if (score < threshold) return (0.5 * score) / threshold;
  return threshold < 1 ? 0.5 + (0.5 * (score - threshold)) / (1 - threshold) : 1;
}

export interface Tables {
  red: string;
  green: string;
  blue: string;
  alpha: string;
}

/** Return the tables of an SVG filter that turns grey (white is NG) into colours; what is surely OK is clear. */
export function tablesOf(threshold: number): Tables {
  const places = Array.from({ length: STEPS + 1 }, (_, n) => placeOf(n / STEPS, threshold));
  const table = (valueOf: (place: number) => number) => places.map((place) => valueOf(place).toFixed(3)).join(" ");
  const channel = (index: 0 | 1 | 2) => table((place) => shade(place, index));
  return { red: channel(0), green: channel(1), blue: channel(2), alpha: table((place) => place ** 1.5) };
}

/** Return red, green, blue and opacity, 0..1, of a score. */
export function colourAt(score: number, threshold: number): [number, number, number, number] {
  const place = placeOf(score, threshold);
  return [shade(place, 0), shade(place, 1), shade(place, 2), place ** 1.5];
}

function shade(place: number, channel: 0 | 1 | 2): number {
  const at = place * (VIRIDIS.length - 1);
  const low = Math.min(Math.floor(at), VIRIDIS.length - 2);
  const [from, to] = [VIRIDIS[low]![channel], VIRIDIS[low + 1]![channel]];
  return (from + (to - from) * (at - low)) / 255;
}
