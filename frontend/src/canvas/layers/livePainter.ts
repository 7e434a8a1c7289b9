// Draws what is alive, in CSS pixels: drafts, selected shapes with their handles, and the keyboard cursor.
import { handlesOf } from "../geometry/handles";
import { boundsOf } from "../geometry/shapes";
import type { Palette } from "../palette";
import type { Draft } from "../tools/tool";
import type { Point, Shape, View } from "../types";
import { toScreen } from "../viewport";
import { pathAt } from "./drawnShape";
import { DASH } from "./shapePainter";

export interface LiveScene {
  readonly view: View;
  readonly ratio: number;
  readonly selected: readonly Shape[];
  readonly hovered: Shape | undefined;
  readonly drafts: readonly Draft[];
  readonly cursor: Point | undefined;
  readonly lengthOf: (from: Point, to: Point) => string;
}

const HANDLE = 7;
const CORNER = 3.5;
const CROSS = 14;
const FONT = "12px system-ui, sans-serif";

export class LivePainter {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly palette: Palette,
  ) {}

  /** Draw the scene. A layer with nothing on it is not shown: the browser need not lay it over the others. */
  paint(scene: LiveScene): void {
    const { context } = this;
    const isEmpty = isNothing(scene);
    context.canvas.style.display = isEmpty ? "none" : "block";
    if (isEmpty) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    if (scene.hovered) this.shape(scene, scene.hovered, { width: 3 });
    for (const shape of scene.selected) this.selected(scene, shape);
    for (const draft of scene.drafts) this.draft(scene, draft);
    if (scene.cursor) this.cross(scene, scene.cursor);
  }

  private selected(scene: LiveScene, shape: Shape): void {
    this.shape(scene, shape, { width: 3 });
    this.shape(scene, shape, { width: 1, colour: "rgb(255 255 255 / 0.85)" });
    if (shape.label) this.name(scene, shape, shape.label);
    if (shape.proposal) return;
    this.screen(scene);
    for (const [x, y] of handlesOf(shape.geometry).map((point) => toScreen(scene.view, point))) {
      this.handle(x, y, shape.colour);
    }
  }

  private handle(x: number, y: number, colour: string): void {
    const { context } = this;
    context.fillStyle = "#fff";
    context.strokeStyle = this.palette.of(colour);
    context.lineWidth = 2;
    context.beginPath();
    context.rect(x - HANDLE / 2, y - HANDLE / 2, HANDLE, HANDLE);
    context.fill();
    context.stroke();
  }

  /** Draw an outline, so many CSS pixels wide. */
  private shape(
    { view, ratio }: LiveScene,
    { geometry, colour, proposal }: Pick<Shape, "geometry" | "colour" | "proposal">,
    line: { width: number; colour?: string },
  ): void {
    const { context } = this;
    const scale = view.scale * ratio;
    context.setTransform(scale, 0, 0, scale, view.x * ratio, view.y * ratio);
    context.lineWidth = line.width / view.scale;
    context.strokeStyle = line.colour ?? this.palette.of(colour);
    context.setLineDash(proposal ? DASH.map((length) => length / view.scale) : []);
    context.stroke(pathAt(geometry, scale));
    context.setLineDash([]);
  }

  /** Write the label above a shape, unless the shape is out of sight. */
  private name(scene: LiveScene, { geometry, colour }: Shape, label: string): void {
    const { canvas } = this.context;
    const [x, y, width, height] = boundsOf(geometry);
    const [left, top] = toScreen(scene.view, [x, y]);
    const [right, bottom] = toScreen(scene.view, [x + width, y + height]);
    const isOut = right < 0 || bottom < 0 || left * scene.ratio > canvas.width || top * scene.ratio > canvas.height;
    if (!isOut) this.tag(scene, [left, top], label, this.palette.of(colour));
  }

  /** Write a text on a plate above a point of the screen. */
  private tag(scene: LiveScene, [x, y]: Point, text: string, colour: string): void {
    const { context } = this;
    this.screen(scene);
    context.font = FONT;
    const width = context.measureText(text).width + 12;
    const [left, top] = [Math.max(x, 2), Math.max(y - 24, 2)];
    context.fillStyle = "rgb(12 14 16 / 0.82)";
    context.beginPath();
    context.roundRect(left, top, width, 19, 3);
    context.fill();
    context.fillStyle = colour;
    context.fillRect(left, top + 3, 3, 13);
    context.fillStyle = "#fff";
    context.textBaseline = "middle";
    context.fillText(text, left + 7, top + 10);
  }

  private draft(scene: LiveScene, draft: Draft): void {
    switch (draft.kind) {
      case "shape":
        return this.draftShape(scene, draft);
      case "path":
        return this.path(scene, draft);
      case "stroke":
        return this.stroke(scene, draft);
      case "ring":
        return this.ring(scene, draft);
      case "line":
        return this.measure(scene, draft);
    }
  }

  private draftShape(scene: LiveScene, draft: Extract<Draft, { kind: "shape" }>): void {
    const { context } = this;
    const { geometry, colour } = draft;
    this.shape(scene, draft, { width: 2 });
    if (geometry.kind !== "mask") return;
    context.globalAlpha = 0.4;
    context.fillStyle = this.palette.of(colour);
    context.fill(pathAt(geometry, scene.view.scale * scene.ratio));
    context.globalAlpha = 1;
  }

  private path(scene: LiveScene, { points, colour, closes }: Extract<Draft, { kind: "path" }>): void {
    const { context } = this;
    const corners = points.map((point) => toScreen(scene.view, point));
    this.screen(scene);
    for (const [width, style] of [
      [4, "rgb(0 0 0 / 0.5)"],
      [2, this.palette.of(colour)],
    ] as const) {
      context.lineWidth = width;
      context.strokeStyle = style;
      context.beginPath();
      corners.forEach(([x, y]) => context.lineTo(x, y));
      if (closes) context.closePath();
      context.stroke();
    }
    corners.forEach(([x, y], at) => this.corner(x, y, at === 0 && closes));
  }

  private corner(x: number, y: number, marked: boolean): void {
    const { context } = this;
    context.fillStyle = "#fff";
    context.beginPath();
    context.arc(x, y, marked ? 2 * CORNER : CORNER, 0, 2 * Math.PI);
    context.fill();
  }

  private stroke(scene: LiveScene, { points, radius, colour }: Extract<Draft, { kind: "stroke" }>): void {
    const { context } = this;
    this.screen(scene);
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = 2 * radius * scene.view.scale;
    context.globalAlpha = 0.45;
    context.strokeStyle = colour === null ? "#fff" : this.palette.of(colour);
    context.beginPath();
    for (const point of points.length === 1 ? [points[0]!, points[0]!] : points) {
      context.lineTo(...toScreen(scene.view, point));
    }
    context.stroke();
    context.globalAlpha = 1;
    context.lineCap = "butt";
    context.lineJoin = "miter";
  }

  private ring(scene: LiveScene, { at, radius }: Extract<Draft, { kind: "ring" }>): void {
    const { context } = this;
    const [x, y] = toScreen(scene.view, at);
    this.screen(scene);
    for (const [width, style] of [
      [3, "rgb(0 0 0 / 0.6)"],
      [1.5, "#fff"],
    ] as const) {
      context.lineWidth = width;
      context.strokeStyle = style;
      context.beginPath();
      context.arc(x, y, Math.max(radius * scene.view.scale, HANDLE), 0, 2 * Math.PI);
      context.stroke();
    }
  }

  private measure(scene: LiveScene, { from, to }: Extract<Draft, { kind: "line" }>): void {
    const colour = this.palette.of("var(--accent)");
    this.path(scene, { kind: "path", points: [from, to], colour, closes: false });
    this.tag(scene, toScreen(scene.view, to), scene.lengthOf(from, to), colour);
  }

  private cross(scene: LiveScene, at: Point): void {
    const { context } = this;
    const [x, y] = toScreen(scene.view, at);
    this.screen(scene);
    for (const [width, style] of [
      [3, "rgb(0 0 0 / 0.6)"],
      [1, "#fff"],
    ] as const) {
      context.lineWidth = width;
      context.strokeStyle = style;
      context.beginPath();
      context.moveTo(x - CROSS, y);
      context.lineTo(x + CROSS, y);
      context.moveTo(x, y - CROSS);
      context.lineTo(x, y + CROSS);
      context.stroke();
    }
  }

  private screen({ ratio }: LiveScene): void {
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }
}

const isNothing = ({ selected, hovered, drafts, cursor }: LiveScene): boolean =>
  !selected.length && !hovered && !drafts.length && !cursor;
