// Measures between two places: by dragging, or by two presses. The line stays until the next one.
import { clampedPoint, distance } from "../geometry/shapes";
import type { Point } from "../types";
import type { Draft, Press, Tool, ToolContext } from "./tool";

export class MeasureTool implements Tool {
  readonly pointer = "crosshair";
  readonly name = "measure";
  private from: Point | undefined;
  private to: Point | undefined;
  private isOpen = false;
  private isSecond = false;

  constructor(
    private readonly context: ToolContext,
    private readonly tell: (line: { from: Point; to: Point } | null) => void,
  ) {}

  get drafts(): readonly Draft[] {
    return this.from && this.to ? [{ kind: "line", from: this.from, to: this.to }] : [];
  }

  press({ at }: Press): undefined {
    this.isSecond = this.isOpen;
    if (!this.isOpen) this.from = this.inside(at);
    this.isOpen = true;
    this.to = this.inside(at);
  }

  move({ at }: Press): void {
    if (!this.isOpen || !this.from) return;
    this.to = this.inside(at);
    this.tell({ from: this.from, to: this.to });
  }

  release({ at, reach }: Press): void {
    if (!this.from || (!this.isSecond && distance(this.from, at) <= reach)) return;
    this.to = this.inside(at);
    this.isOpen = false;
    this.tell({ from: this.from, to: this.to });
  }

  cancel(): boolean {
    const was = this.from !== undefined;
    this.from = this.to = undefined;
    this.isOpen = false;
    if (was) this.tell(null);
    return was;
  }

  private inside(at: Point): Point {
    return clampedPoint(this.context.size, at);
  }
}
