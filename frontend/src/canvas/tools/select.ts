// Selects shapes, moves them, and drags their handles: with the pointer, or corner by corner with keys.
import { handleAt, handlesOf, sideAt, withCornerOnSide, withHandleAt, withoutHandle } from "../geometry/handles";
import { movedShape } from "../geometry/reshape";
import { distance } from "../geometry/shapes";
import type { Edit, Geometry, KeyInput, Point, Shape } from "../types";
import { changeShape, type Draft, type Press, type PressEffect, type Tool, type ToolContext } from "./tool";

export const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const FAR = 10;

/** A shape that is being changed: how it looks when the pointer is at a place. */
interface Grip {
  readonly edit: Edit;
  readonly shape: Shape;
  readonly from: Point;
  readonly changed: (to: Point) => Geometry;
}

export class SelectTool implements Tool {
  readonly name = "select";
  readonly pointer = "default";
  private grip: Grip | undefined;
  private to: Point | undefined;
  /** The corner that the arrow keys move, and its shape. */
  private corner: { id: string; index: number } | undefined;

  constructor(private readonly context: ToolContext) {}

  get drafts(): readonly Draft[] {
    if (this.grip && this.to) {
      return [{ kind: "shape", geometry: this.grip.changed(this.to), colour: this.grip.shape.colour }];
    }
    const shape = this.only();
    const at = shape && this.corner?.id === shape.id ? handlesOf(shape.geometry)[this.corner.index] : undefined;
    return at ? [{ kind: "ring", at, radius: 0 }] : [];
  }

  press(press: Press): PressEffect {
    this.corner = undefined;
    if (press.double && this.removeCorner(press)) return undefined;
    const grip = this.handleGrip(press);
    if (grip) {
      this.grip = grip;
      return "hold";
    }
    const shape = this.context.shapeAt(press.at, press.reach);
    this.context.select(selectionWith(this.context.selection, shape, press.shift));
    if (!shape) return "pan";
    if (this.isOwn(shape) && !press.shift) this.grip = this.moveGrip(shape, press.at);
    return undefined;
  }

  move({ at, reach }: Press): void {
    if (!this.grip || (!this.to && distance(this.grip.from, at) <= reach / 3)) return;
    if (!this.to) this.context.hide([this.grip.shape.id]);
    this.to = at;
  }

  release(): void {
    const { grip, to } = this;
    this.letGo();
    if (grip && to) changeShape(this.context, grip.edit, grip.shape, grip.changed(to));
  }

  key(key: KeyInput): boolean {
    const shape = this.only();
    if (shape && this.cornerKey(key, shape)) return true;
    const arrow = ARROWS[key.key];
    if (!arrow || key.altKey) return false;
    const far = key.shiftKey ? FAR : 1;
    return this.nudge(arrow[0] * far, arrow[1] * far);
  }

  cancel(): boolean {
    const was = this.grip !== undefined || this.corner !== undefined;
    this.corner = undefined;
    this.letGo();
    return was;
  }

  private letGo(): void {
    this.grip = this.to = undefined;
    this.context.hide([]);
  }

  private nudge(dx: number, dy: number): boolean {
    const shapes = this.context.selection.flatMap((id) => this.context.shape(id) ?? []);
    const own = shapes.filter((shape) => this.isOwn(shape));
    const { size } = this.context;
    const moved = (shape: Shape): Shape => ({ ...shape, geometry: movedShape(shape.geometry, dx, dy, size) });
    const changes = own.map((shape) => ({ before: shape, after: moved(shape) }));
    if (changes.length) this.context.commit("nudge", changes);
    return changes.length > 0;
  }

  /** Return the only selected shape, when a person may change it. */
  private only(): Shape | undefined {
    const { selection } = this.context;
    const shape = selection.length === 1 ? this.context.shape(selection[0]!) : undefined;
    return shape && this.isOwn(shape) ? shape : undefined;
  }

  private isOwn({ proposal }: Shape): boolean {
    return !proposal && this.context.is_editable;
  }

  /** Take the keys of the corners: R goes to the next one, arrows move it, Delete removes it, I adds one after it. */
  private cornerKey({ key, shiftKey }: KeyInput, shape: Shape): boolean {
    const { geometry, id } = shape;
    const count = handlesOf(geometry).length;
    const index = this.corner?.id === id ? this.corner.index : undefined;
    if (key.toLowerCase() === "r" && count) {
      const next = index === undefined ? 0 : index + (shiftKey ? -1 : 1);
      this.corner = { id, index: (next + count) % count };
      return true;
    }
    if (index === undefined || index >= count) return false;
    return this.changeCorner(shape, index, { key, shiftKey });
  }

  private changeCorner(shape: Shape, index: number, key: Pick<KeyInput, "key" | "shiftKey">): boolean {
    const changed = this.cornerChange(shape.geometry, index, key);
    if (changed) changeShape(this.context, ARROWS[key.key] ? "nudge" : "reshape", shape, changed);
    return changed !== undefined;
  }

  private cornerChange(geometry: Geometry, index: number, { key, shiftKey }: Pick<KeyInput, "key" | "shiftKey">) {
    const arrow = ARROWS[key];
    const [x, y] = handlesOf(geometry)[index]!;
    const far = shiftKey ? FAR : 1;
    if (arrow) return withHandleAt(geometry, index, [x + arrow[0] * far, y + arrow[1] * far], this.context.size);
    if (geometry.kind !== "polygon") return undefined;
    if (key === "Delete" || key === "Backspace") return withoutHandle(geometry, index);
    return key.toLowerCase() === "i" ? withCornerOnSide(geometry, index) : undefined;
  }

  private removeCorner({ at, reach }: Press): boolean {
    const shape = this.only();
    const index = shape?.geometry.kind === "polygon" ? handleAt(shape.geometry, at, reach) : -1;
    if (shape && index >= 0) changeShape(this.context, "reshape", shape, withoutHandle(shape.geometry, index));
    return index >= 0;
  }

  /** Return the grip of a handle of the only selected shape, or of a new corner on its side. */
  private handleGrip({ at, reach, shift }: Press): Grip | undefined {
    const shape = this.only();
    if (!shape || shift) return undefined;
    const { geometry } = shape;
    const index = handleAt(geometry, at, reach);
    const grip = (changed: (to: Point) => Geometry): Grip => ({ edit: "reshape", shape, from: at, changed });
    if (index >= 0) return grip((to) => withHandleAt(geometry, index, to, this.context.size));
    const side = sideAt(geometry, at, reach / 2);
    return side >= 0 ? grip((to) => withCornerOnSide(geometry, side, to)) : undefined;
  }

  private moveGrip(shape: Shape, from: Point): Grip {
    const { size } = this.context;
    const changed = (to: Point) => movedShape(shape.geometry, to[0] - from[0], to[1] - from[1], size);
    return { edit: "move", shape, from, changed };
  }
}

function selectionWith(selection: readonly string[], shape: Shape | undefined, adds = false): readonly string[] {
  if (!shape) return adds ? selection : [];
  if (!adds) return selection.includes(shape.id) ? selection : [shape.id];
  return selection.includes(shape.id) ? selection.filter((id) => id !== shape.id) : [...selection, shape.id];
}
