// Paints and erases masks with a round brush. The stroke becomes a mask when the pointer is let go.
import type { KeyInput, Point } from "../types";
import { type Draft, type Press, type Tool, type ToolContext } from "./tool";

export interface Stroke {
  readonly points: readonly Point[];
  readonly radius: number;
}

/** The size of the brush is one for both tools. In picture pixels. */
export interface Brush {
  radius: number;
}

export const SMALLEST_RADIUS = 0.5;
export const LARGEST_RADIUS = 400;
const STEP = 1.2;

export class BrushTool implements Tool {
  readonly pointer = "none";
  private points: Point[] = [];
  private at: Point | undefined;
  /** Strokes that are on their way to be masks. */
  private sent: readonly Stroke[] = [];

  constructor(
    private readonly context: ToolContext,
    readonly name: "brush" | "eraser",
    private readonly brush: Brush,
    private readonly paint: (stroke: Stroke) => Promise<void>,
  ) {}

  get drafts(): readonly Draft[] {
    const { radius } = this.brush;
    const ring: Draft[] = this.at ? [{ kind: "ring", at: this.at, radius }] : [];
    const colour = this.name === "brush" ? this.context.drawn_as.colour : null;
    const strokes = this.points.length ? [...this.sent, { points: this.points, radius }] : this.sent;
    return [...strokes.map((stroke): Draft => ({ kind: "stroke", ...stroke, colour })), ...ring];
  }

  press({ at }: Press): "hold" {
    this.points = [at];
    this.at = at;
    return "hold";
  }

  move({ at }: Press): void {
    this.at = at;
    if (this.points.length) this.points.push(at);
  }

  release(): void {
    const stroke = { points: this.points, radius: this.brush.radius };
    this.points = [];
    if (stroke.points.length) void this.send(stroke);
  }

  key({ key }: KeyInput): boolean {
    if (key !== "[" && key !== "]") return false;
    const radius = key === "]" ? this.brush.radius * STEP : this.brush.radius / STEP;
    this.brush.radius = Math.min(Math.max(radius, SMALLEST_RADIUS), LARGEST_RADIUS);
    return true;
  }

  cancel(): boolean {
    const was = this.points.length > 0;
    this.points = [];
    return was;
  }

  private async send(stroke: Stroke): Promise<void> {
    this.sent = [...this.sent, stroke];
    await this.paint(stroke);
    this.sent = this.sent.filter((one) => one !== stroke);
  }
}
