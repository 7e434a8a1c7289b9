// The keys of the canvas: a cursor with which every tool works, the view, and edits. A screen has its own keys besides.
import { clampedPoint } from "./geometry/shapes";
import { ARROWS } from "./tools/select";
import type { Tool } from "./tools/tool";
import type { KeyInput, Point, Size } from "./types";

/** CSS pixels of one step of the cursor, and of a fast one. */
const STEP = 4;
const FAST_STEP = 32;
const PAN_STEP = 80;
const ZOOM_STEP = 1.25;
const REACH = 7;

export interface KeyTarget {
  readonly tool: Tool;
  readonly picture: Size;
  readonly scale: number;
  readonly centre: Point;
  pan(dx: number, dy: number): void;
  zoomBy(factor: number): void;
  fit(): void;
  follow(at: Point): void;
}

/** The edits that keys make. Each returns false where there is nothing to do. */
export interface KeyEdits {
  undo(): boolean;
  redo(): boolean;
  copy(): boolean;
  paste(): boolean;
  repeatLast(): boolean;
  removeSelected(): boolean;
  acceptSelected(): boolean;
  rejectSelected(): boolean;
  clearSelection(): boolean;
}

export class Keyboard {
  /** Where the keyboard draws; undefined while the pointer does. */
  cursor: Point | undefined;
  private isHeld = false;

  constructor(
    private readonly target: KeyTarget,
    private readonly edits: KeyEdits,
    private readonly arrows_taken = false,
  ) {}

  /** Take a key. Returns false for one that means nothing here: it is the screen's. */
  take(key: KeyInput): boolean {
    if (key.ctrlKey || key.metaKey) return this.command(key);
    if (this.target.tool.key?.(key)) return true;
    if (ARROWS[key.key]) return this.arrow(ARROWS[key.key]!, key);
    return this.view(key.key) || this.edit(key.key);
  }

  /** The pointer is used again. */
  leave(): void {
    this.cursor = undefined;
    this.isHeld = false;
  }

  private command({ key, shiftKey }: KeyInput): boolean {
    const commands: Readonly<Record<string, () => boolean>> = {
      z: () => (shiftKey ? this.edits.redo() : this.edits.undo()),
      y: () => this.edits.redo(),
      c: () => this.edits.copy(),
      v: () => this.edits.paste(),
      d: () => this.edits.repeatLast(),
    };
    return commands[key.toLowerCase()]?.() ?? false;
  }

  private arrow([dx, dy]: Point, { shiftKey, altKey }: KeyInput): boolean {
    const { target } = this;
    if (this.arrows_taken && !altKey) return false;
    if (altKey || target.tool.name === "pan") {
      target.pan(-dx * PAN_STEP, -dy * PAN_STEP);
      return true;
    }
    const step = Math.max((shiftKey ? FAST_STEP : STEP) / target.scale, 1);
    const [x, y] = this.cursor ?? clampedPoint(target.picture, target.centre).map(Math.round);
    this.cursor = clampedPoint(target.picture, [x! + dx * step, y! + dy * step]);
    target.follow(this.cursor);
    target.tool.move?.(this.press(this.cursor));
    return true;
  }

  private view(key: string): boolean {
    const views: Readonly<Record<string, () => void>> = {
      "+": () => this.target.zoomBy(ZOOM_STEP),
      "=": () => this.target.zoomBy(ZOOM_STEP),
      "-": () => this.target.zoomBy(1 / ZOOM_STEP),
      "0": () => this.target.fit(),
    };
    views[key]?.();
    return key in views;
  }

  private edit(key: string): boolean {
    switch (key) {
      case "Enter":
        return this.edits.acceptSelected() || this.pressHere();
      case "Escape":
        return this.escape();
      case "Delete":
      case "Backspace":
        return this.edits.removeSelected();
      default:
        return false;
    }
  }

  /** Press and let go at the cursor; a tool that holds is let go with the next press. */
  private pressHere(): boolean {
    const { cursor, target } = this;
    if (!cursor) return false;
    const press = this.press(cursor);
    if (this.isHeld) {
      this.isHeld = false;
      target.tool.release?.(press);
      return true;
    }
    const effect = target.tool.press(press);
    this.isHeld = effect === "hold";
    if (effect === undefined) target.tool.release?.(press);
    return true;
  }

  private escape(): boolean {
    this.isHeld = false;
    if (this.target.tool.cancel?.() || this.edits.rejectSelected()) return true;
    const was = this.cursor !== undefined;
    this.cursor = undefined;
    return this.edits.clearSelection() || was;
  }

  private press = (at: Point) => ({ at, reach: REACH / this.target.scale });
}
