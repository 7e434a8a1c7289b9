// What the page and the worker of the canvas say to each other.
import type { Box, DeepPicture, Mask, Point, Size, ValueRange } from "../types";
import type { Levels } from "./grow";

/** The part of the picture in which a region grows, and how many picture pixels one of its pixels stands for. */
export interface GrowArea {
  readonly left: number;
  readonly top: number;
  /** In pixels of the area, each of `step` picture pixels. */
  readonly width: number;
  readonly height: number;
  readonly step: number;
}

export type Work =
  | { kind: "picture"; picture: ImageBitmap; size: Size }
  | { kind: "stroke"; size: Size; points: readonly Point[]; radius: number }
  | { kind: "decode"; file: Blob; size: Size }
  | { kind: "regions"; file: Blob; boxes: readonly Box[]; size: Size }
  | { kind: "range"; url: string }
  | { kind: "window"; picture: DeepPicture }
  | { kind: "grow"; area: GrowArea; at: Point; along: "colour" | "edges" };

/** The answer to each kind of work. */
export interface Answers {
  picture: undefined;
  stroke: Mask;
  decode: Mask;
  regions: (Mask | null)[];
  range: ValueRange | null;
  window: ImageBitmap | null;
  grow: { levels: Levels; tolerance: number };
}

export type Request = Work & { id: number };
export type Response = { id: number; answer: Answers[Work["kind"]] } | { id: number; error: string };
