// The polygons of a region of interest as a person draws and writes them: corners "x,y" with spaces between. Pure.
import type { Dataset } from "@/api/types";

export type Corner = [number, number];
export type Kind = "include" | "ignore";
export interface DrawnPolygon {
  kind: Kind;
  text: string;
}
interface Size {
  width: number;
  height: number;
}

/** Return the corners that were written; undefined where it is no list of corners. */
export function cornersOf(text: string): Corner[] | undefined {
  const corners = text.split(/\s+/).flatMap((part) => (part ? [part.split(",").map(Number)] : []));
  const good = corners.every((corner) => corner.length === 2 && corner.every(Number.isFinite));
  return good ? (corners as Corner[]) : undefined;
}

export const isWhole = ({ text }: DrawnPolygon): boolean => (cornersOf(text)?.length ?? 0) >= 3;

export const textOf = (corners: readonly number[][]): string =>
  corners.map((corner) => corner.map((value) => Math.round(value * 10) / 10).join(",")).join(" ");

/** Return the text with one corner more, in whole pixels inside the picture. */
export function withCorner(text: string, [x, y]: Corner, { width, height }: Size): string {
  const inside = (value: number, most: number) => Math.min(Math.max(Math.round(value), 0), most);
  return `${text} ${inside(x, width)},${inside(y, height)}`.trim();
}

export const withoutLast = (text: string): string => text.trim().split(/\s+/).slice(0, -1).join(" ");

/** Return the polygons that stand for a camera, on a picture of this size; one to draw where none stand. */
export function standing(regions: Dataset["regions"], camera: string | null, { width, height }: Size): DrawnPolygon[] {
  const region = [camera, null].map((of) => regions?.find((one) => one.camera === of)).find(Boolean);
  if (!region) return [{ kind: "include", text: "" }];
  const [across, down] = [width / region.width, height / region.height];
  const drawn = (kind: Kind): DrawnPolygon[] =>
    region[kind].map((polygon) => ({ kind, text: textOf(polygon.map(([x, y]) => [x! * across, y! * down])) }));
  return [...drawn("include"), ...drawn("ignore")];
}

export const polygonsOf = (drawn: readonly DrawnPolygon[], kind: Kind): Corner[][] =>
  drawn.filter((one) => one.kind === kind).map(({ text }) => cornersOf(text) ?? []);
