// Draws boxes: by dragging, or by two presses at opposite corners.
import { boxBetween } from "../geometry/reshape";
import { clampedPoint, distance } from "../geometry/shapes";
import type { Point } from "../types";
import { drawShape, type Draft, type Press, type Tool, type ToolContext } from "./tool";

export class BoxTool implements Tool {
  readonly name = "box";
  readonly pointer = "crosshair";
  private from: Point | undefined;
  private to: Point | undefined;
  /** True from the second press on: then the release ends the box. */
  private isSecond = false;

  constructor(private readonly context: ToolContext) {}

  get drafts(): readonly Draft[] {
    if (!this.from || !this.to) return [];
    const box = boxBetween(this.from, this.to, this.context.size);
    return [{ kind: "shape", geometry: { kind: "box", box }, colour: this.context.drawn_as.colour }];
  }

  press({ at }: Press): undefined {
    this.isSecond = this.from !== undefined;
    this.from ??= clampedPoint(this.context.size, at);
    this.to = at;
  }

  move({ at }: Press): void {
    if (this.from) this.to = at;
  }

  release({ at, reach }: Press): void {
    if (!this.from) return;
    if (!this.isSecond && distance(this.from, at) <= reach) return;
    const box = boxBetween(this.from, at, this.context.size);
    this.cancel();
    drawShape(this.context, { kind: "box", box });
  }

  cancel(): boolean {
    const was = this.from !== undefined;
    this.from = this.to = undefined;
    return was;
  }
}
