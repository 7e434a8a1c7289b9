// The annotation canvas: a picture with shapes that a person looks at, draws and edits. It needs no framework.
import { Editor } from "./editor";
import { Listeners } from "./events";
import { boundsOf, isInside } from "./geometry/shapes";
import { Input } from "./input";
import { Keyboard } from "./keyboard";
import { lengthText, measurementOf } from "./measuring";
import { Pictures } from "./pictures";
import { PicturePixels } from "./pixels/picturePixels";
import { Stage } from "./stage";
import { toolNeeds } from "./toolNeeds";
import type { Tool } from "./tools/tool";
import { LOOKING_TOOLS, toolbox } from "./tools/toolbox";
import type * as canvas from "./types";
import { toPicture } from "./viewport";

const BRUSH_RADIUS = 12;
/** A shape that is brought into sight takes no larger share of the host. */
const SHARE_IN_SIGHT = 0.5;

export class AnnotationCanvas {
  readonly brush = { radius: BRUSH_RADIUS };
  private readonly listeners = new Listeners();
  readonly editor: Editor;
  private readonly stage: Stage;
  private readonly pictures: Pictures;
  private readonly pixels = new PicturePixels();
  private readonly tools: Readonly<Record<canvas.ToolName, Tool>>;
  private readonly keyboard: Keyboard;
  private readonly input: Input;
  private readonly themed = new MutationObserver(() => this.stage.redrawAll());
  private current: Tool;
  private hovered: canvas.Shape | undefined;
  private millimetres_per_pixel: number | undefined;

  constructor(
    private readonly host: HTMLElement,
    private readonly options: canvas.CanvasOptions = {},
  ) {
    this.millimetres_per_pixel = options.millimetres_per_pixel;
    prepareHost(host, options.label);
    const editor = new Editor(!options.read_only, this.listeners, {
      shapes: () => this.stage.redrawShapes(),
      live: () => this.stage.request(),
    });
    this.editor = editor;
    this.stage = new Stage(
      host,
      { shapesIn: (area) => this.editor.shapesIn(area), live: () => this.liveScene() },
      (view) => this.listeners.tell("viewed", view),
    );
    this.pictures = new Pictures(this.stage, this.listeners);
    const { stage, pixels, listeners, brush } = this;
    const parts = { editor, stage, pixels, listeners, brush, measured: this.measured };
    this.tools = toolbox(editor, toolNeeds(parts));
    this.current = this.tools.select;
    this.keyboard = new Keyboard(this, editor, options.arrows_taken);
    this.input = new Input(host, this);
    this.themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** Listen to an event. Returns the function that ends it. */
  on<Name extends keyof canvas.CanvasEvents>(
    name: Name,
    listener: (event: canvas.CanvasEvents[Name]) => void,
  ): () => void {
    return this.listeners.on(name, listener);
  }

  destroy(): void {
    this.listeners.clear();
    this.input.close();
    this.themed.disconnect();
    this.pictures.close();
    this.pixels.close();
    this.stage.close();
  }

  // Pictures

  /** Show a picture, fitted and without shapes. Resolves when it is drawn or has failed. */
  show(picture: canvas.CanvasPicture): Promise<void> {
    this.current.cancel?.();
    this.keyboard.leave();
    this.hovered = undefined;
    this.editor.begin(picture);
    return this.pictures.show(picture);
  }

  /** Load and decode pictures that come next, so that they show at once. */
  prepare(pictures: readonly canvas.CanvasPicture[]): void {
    this.pictures.prepare(pictures);
  }

  /** Show another picture in the place of this one; null shows this one again. */
  flicker(picture: canvas.Reference | null): Promise<void> {
    return this.pictures.flicker(picture);
  }

  /** Show deep grey through a window on its values; null shows it as it came. */
  look(picture: canvas.DeepPicture | null): Promise<void> {
    return this.pictures.look(picture);
  }

  overlay(heatmap: canvas.Heatmap | null): Promise<void> {
    return this.pictures.overlay(heatmap);
  }

  /** Change how the picture looks by a CSS filter, such as a window of grey levels. Shapes stay as they are. */
  setFilter(filter: string): void {
    this.stage.setFilter(filter);
  }

  setScale(millimetres_per_pixel: number | undefined): void {
    this.millimetres_per_pixel = millimetres_per_pixel;
    this.changed();
  }

  // Shapes: `editor` has them, the selection, and what changes them

  setShapesShown(shown: boolean): void {
    this.stage.setShapesShown(shown);
  }

  /** Move the view so that a shape is in its middle; a small one is enlarged. */
  bringIntoSight(id: string): void {
    const shape = this.editor.shape(id);
    if (!shape) return;
    const [x, y, width, height] = boundsOf(shape.geometry);
    const { size, view } = this.stage;
    const most = SHARE_IN_SIGHT * Math.min(size.width / Math.max(width, 1), size.height / Math.max(height, 1));
    this.stage.centre([x + width / 2, y + height / 2], Math.min(Math.max(view.scale, 1), most));
  }

  // Tools

  get tool(): Tool {
    return this.current;
  }

  /** Take a tool. What another one was drawing is given up. */
  use(name: canvas.ToolName): void {
    if (name === this.current.name || (this.options.read_only && !LOOKING_TOOLS.includes(name))) return;
    this.current.cancel?.();
    this.current = this.tools[name];
    this.hovered = undefined;
    this.listeners.tell("tool", name);
    this.changed();
  }

  /** Take a key. Returns false for a key that means nothing to the canvas: it is the screen's. */
  key(key: canvas.KeyInput): boolean {
    const taken = this.keyboard.take(key);
    if (taken) {
      this.listeners.tell("cursor", this.keyboard.cursor ?? null);
      this.changed();
    }
    return taken;
  }

  // View

  /** Show just this view, as far as it makes sense. */
  showView(view: canvas.View): void {
    this.stage.showView(view);
  }

  get scale(): number {
    return this.stage.view.scale;
  }

  get centre(): canvas.Point {
    const { width, height } = this.stage.size;
    return this.toPicture([width / 2, height / 2]);
  }

  get picture(): canvas.Size {
    return this.stage.picture;
  }

  fit(): void {
    this.stage.fit();
  }

  /** Show so many CSS pixels per picture pixel: 1 is 100 %. */
  zoomTo(scale: number): void {
    this.stage.scaleTo(scale);
  }

  zoomInTurn(): void {
    this.stage.scaleInTurn();
  }

  zoomBy(factor: number, at?: canvas.Point): void {
    this.stage.scaleTo(this.scale * factor, at);
  }

  pan(dx: number, dy: number): void {
    this.stage.pan(dx, dy);
  }

  follow(at: canvas.Point): void {
    this.stage.follow(at);
  }

  toPicture(screen: canvas.Point): canvas.Point {
    return toPicture(this.stage.view, screen);
  }

  reachOf(pixels: number): number {
    return pixels / this.scale;
  }
  // For the pointer and the tools

  /** The pointer is at a place of the picture; null when it has left. */
  hover(at: canvas.Point | null, reach: number): void {
    this.keyboard.leave();
    this.hovered = at && this.current.name === "select" ? this.editor.shapeAt(at, reach) : undefined;
    this.listeners.tell("cursor", at && isInside(this.picture, at) ? at : null);
    this.changed();
  }

  changed(): void {
    this.host.style.cursor = this.input.isPanning ? "grab" : this.current.pointer;
    this.stage.request();
  }

  private liveScene() {
    return {
      selected: this.editor.selected.filter(({ id }) => !this.editor.hidden.has(id)),
      hovered: this.hovered,
      drafts: this.current.drafts,
      cursor: this.keyboard.cursor,
      lengthOf: (from: canvas.Point, to: canvas.Point) => this.lengthOf(from, to),
    };
  }

  private lengthOf(from: canvas.Point, to: canvas.Point): string {
    const { pixels, millimetres } = measurementOf(from, to, this.millimetres_per_pixel);
    return (this.options.lengthText ?? lengthText)(pixels, millimetres);
  }

  private readonly measured = (line: { from: canvas.Point; to: canvas.Point } | null): void =>
    this.listeners.tell("measured", line && measurementOf(line.from, line.to, this.millimetres_per_pixel));
}

function prepareHost(host: HTMLElement, label: string | undefined): void {
  host.tabIndex = 0;
  host.setAttribute("role", "application");
  if (label) host.setAttribute("aria-label", label);
  if (getComputedStyle(host).position === "static") host.style.position = "relative";
  host.style.overflow = "hidden";
  host.style.touchAction = "none";
}
