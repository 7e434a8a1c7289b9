// The values of the annotation canvas: shapes in pixels of the picture (float64), changes, and what it tells.

export type Point = readonly [x: number, y: number];
export type Box = readonly [x: number, y: number, width: number, height: number];

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The pixels of a defect. Runs are pairs of start and end (exclusive), counted along the rows from the top left. */
export interface Mask extends Size {
  readonly runs: Uint32Array;
}

export type Geometry =
  | { readonly kind: "box"; readonly box: Box }
  | { readonly kind: "polygon"; readonly points: readonly Point[] }
  | { readonly kind: "mask"; readonly mask: Mask };

/** A defect class as new shapes take it. The colour may be a token, such as `var(--ng)`. */
export interface ShapeClass {
  readonly class_id: string;
  readonly colour: string;
  /** The name that stands at a selected shape. */
  readonly label?: string;
}

/** A defect on the picture. A proposal is a model's: dashed and dimmed until a person accepts it. */
export interface Shape extends ShapeClass {
  readonly id: string;
  readonly geometry: Geometry;
  readonly proposal?: boolean;
}

/** A nudge is a move by a key; nudges of the same shapes one after the other are undone together. */
export type Edit =
  "draw" | "move" | "nudge" | "reshape" | "paint" | "erase" | "delete" | "class" | "paste" | "accept" | "reject";

/** A shape before and after: none before when it is new, none after when it is gone. */
export interface Change {
  readonly before: Shape | null;
  readonly after: Shape | null;
}

/** The changes of one gesture: undone and redone together. */
export interface ChangeSet {
  readonly edit: Edit;
  readonly changes: readonly Change[];
}

/** Codes of the reasons why a shape is refused. */
export type RefusalCode = "no_area" | "too_few_corners" | "crossing" | "empty_mask" | "outside" | "too_many_corners";

export interface Refusal {
  readonly code: RefusalCode;
  readonly kind: Geometry["kind"];
}

export type ToolName = "select" | "box" | "polygon" | "brush" | "eraser" | "similar" | "assist" | "measure" | "pan";

/** The place of the picture on the screen: CSS pixels per picture pixel, and where its top left corner is. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** A picture by its address. Width and height are those of the full image, in whose pixels the shapes are. */
export interface CanvasPicture extends Size {
  readonly url: string;
  /** A small one that shows until the picture has come. */
  readonly preview_url?: string | null;
}

/** A picture in the place of another; deep grey is shown through the same window. */
export interface Reference extends CanvasPicture {
  readonly deep?: DeepPicture | null;
}

/** A model's map over the picture: grey levels by its address, and the colour of a level from 0 to 1. */
export interface Heatmap {
  readonly url: string;
  readonly strength: number;
  /** Red, green, blue and opacity from 0 to 1. */
  readonly colourOf: (level: number) => readonly [number, number, number, number];
}

/** The values of deep grey that are shown as black and as white. */
export interface ValueWindow {
  readonly low: number;
  readonly high: number;
}

/** The values that a picture of deep grey can have, and the window of its own. */
export interface ValueRange {
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly own: ValueWindow;
}

/** Deep grey by the address of its values, and the window that it is shown through. */
export interface DeepPicture extends ValueWindow {
  readonly url: string;
}

export interface Measurement {
  readonly from: Point;
  readonly to: Point;
  readonly pixels: number;
  /** Undefined without a scale. */
  readonly millimetres: number | undefined;
}

/** A region that a click found, before it is accepted. */
export interface FoundRegion {
  readonly pixels: number;
  readonly tolerance: number;
}

export interface CanvasEvents {
  /** After an edit, an undo or a redo. An undo tells the changes in reverse. */
  changed: ChangeSet;
  selected: readonly string[];
  refused: Refusal;
  viewed: View;
  tool: ToolName;
  measured: Measurement | null;
  found: FoundRegion | null;
  /** The place of the pointer or the keyboard cursor in the picture; null outside. */
  cursor: Point | null;
  /** The address of a picture that could not be loaded. */
  failed: string;
}

export interface CanvasOptions {
  /** True where nobody edits: then there is only pan, zoom, selection and measuring. */
  readonly read_only?: boolean;
  /** True where the arrow keys are the screen's: then Alt and an arrow moves the picture. */
  readonly arrows_taken?: boolean;
  /** What a screen reader reads for the canvas. */
  readonly label?: string;
  readonly millimetres_per_pixel?: number;
  /** The text of a measurement; pixels and millimetres with a dot by default. */
  readonly lengthText?: (pixels: number, millimetres: number | undefined) => string;
}

/** A key as the canvas reads it; a `KeyboardEvent` is one. */
export interface KeyInput {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}
