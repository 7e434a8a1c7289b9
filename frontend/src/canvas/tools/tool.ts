// A tool as a state machine over presses, moves and keys, and the context that it works in.
import { clipped } from "../geometry/reshape";
import { refusalOf } from "../geometry/shapes";
import type { Change, Edit, Geometry, KeyInput, Point, Refusal, Shape, ShapeClass, Size, ToolName } from "../types";

/** A press, move or release of the pointer or the keyboard cursor, in picture pixels. */
export interface Press {
  readonly at: Point;
  /** Picture pixels that count as the same place. */
  readonly reach: number;
  readonly shift?: boolean;
  /** True for a second press at the same place soon after. */
  readonly double?: boolean;
}

/** "pan": the press moves the view instead. "hold": the keyboard holds it until Enter is pressed again. */
export type PressEffect = "pan" | "hold" | undefined;

/** What a tool shows while it works. */
export type Draft =
  | { kind: "shape"; geometry: Geometry; colour: string; proposal?: boolean }
  | { kind: "path"; points: readonly Point[]; colour: string; closes: boolean }
  | { kind: "stroke"; points: readonly Point[]; radius: number; colour: string | null }
  | { kind: "ring"; at: Point; radius: number }
  | { kind: "line"; from: Point; to: Point };

export interface ToolContext {
  readonly size: Size;
  /** False where nobody may change shapes. */
  readonly is_editable: boolean;
  readonly drawn_as: ShapeClass;
  readonly selection: readonly string[];
  shape(id: string): Shape | undefined;
  shapeAt(at: Point, reach: number): Shape | undefined;
  newId(): string;
  select(ids: readonly string[]): void;
  commit(edit: Edit, changes: readonly Change[]): void;
  refuse(refusal: Refusal): void;
  /** Leave shapes out of the picture while a draft shows them. */
  hide(ids: readonly string[]): void;
}

export interface Tool {
  readonly name: ToolName;
  /** The pointer's form, in the words of CSS. */
  readonly pointer: string;
  readonly drafts: readonly Draft[];
  /** Begin at a place. */
  press(press: Press): PressEffect;
  move?(press: Press): void;
  release?(press: Press): void;
  /** Return true for a key that the tool has taken. */
  key?(key: KeyInput): boolean;
  /** Turn the wheel, up or down. Returns true when the tool has taken it. */
  wheel?(steps: number): boolean;
  /** Give up what is being drawn. Returns false when there is nothing to give up. */
  cancel?(): boolean;
}

/** Return the shape clipped to the picture; undefined, and told, where it is refused. */
export function accepted(context: ToolContext, geometry: Geometry): Geometry | undefined {
  const inside = clipped(geometry, context.size);
  const code = refusalOf(inside);
  if (code) context.refuse({ code, kind: geometry.kind });
  return code ? undefined : inside;
}

/** Add a shape of the chosen class and select it, unless it is refused. */
export function drawShape(context: ToolContext, geometry: Geometry): void {
  const inside = accepted(context, geometry);
  if (!inside) return;
  const shape: Shape = { ...context.drawn_as, id: context.newId(), geometry: inside };
  context.commit("draw", [{ before: null, after: shape }]);
  context.select([shape.id]);
}

/** Put another geometry into a shape, unless it is refused. */
export function changeShape(context: ToolContext, edit: Edit, shape: Shape, geometry: Geometry): void {
  const inside = accepted(context, geometry);
  if (inside) context.commit(edit, [{ before: shape, after: { ...shape, geometry: inside } }]);
}
