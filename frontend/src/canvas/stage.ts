// The three layers of the canvas on the page, the view that they show, and when each is drawn.
import type { HeatmapPicture } from "./layers/heatmap";
import { Layer, type Paper, within } from "./layers/layer";
import { LivePainter, type LiveScene } from "./layers/livePainter";
import type { Mips } from "./layers/mips";
import { ShapePainter } from "./layers/shapePainter";
import { Palette } from "./palette";
import type { Box, Point, Shape, Size, View } from "./types";
import { centred, fitted, following, limited, moved, scaledAt } from "./viewport";

/** The view is at rest when it has not moved for so long. */
const REST_MS = 120;
const NO_PICTURE: Size = { width: 1, height: 1 };

export interface Scene {
  shapesIn(area: Box): readonly Shape[];
  live(): Omit<LiveScene, "view" | "ratio">;
}

export class Stage {
  view: View = { scale: 1, x: 0, y: 0 };
  picture: Size = NO_PICTURE;
  readonly palette: Palette;
  private host: Size = NO_PICTURE;
  private ratio = 1;
  private mips: Mips | undefined;
  /** The picture as a window on its values shows it. */
  private windowed: Mips | undefined;
  private reference: Mips | undefined;
  private heatmap: HeatmapPicture | undefined;
  private readonly pictures: Layer;
  private readonly shapes: Layer;
  private readonly live = document.createElement("canvas");
  private readonly livePainter: LivePainter;
  private readonly shapePainter: ShapePainter;
  private readonly resized: ResizeObserver;
  private frame = 0;
  private rest = 0;
  private isFitted = true;

  constructor(
    private readonly element: HTMLElement,
    private readonly scene: Scene,
    private readonly viewed: (view: View) => void,
  ) {
    this.palette = new Palette(element);
    this.pictures = new Layer(element, (paper) => this.paintPicture(paper));
    this.shapePainter = new ShapePainter(this.palette);
    this.shapes = new Layer(element, (paper) => this.paintShapes(paper));
    this.live.style.cssText = "position:absolute;inset:0;pointer-events:none";
    element.append(this.live);
    this.livePainter = new LivePainter(this.live.getContext("2d")!, this.palette);
    this.resized = new ResizeObserver(() => this.measure());
    this.resized.observe(element);
    this.measure();
  }

  get size(): Size {
    return this.host;
  }

  get source(): ImageBitmap | HTMLImageElement | undefined {
    return this.looked?.source;
  }

  private get looked(): Mips | undefined {
    return this.windowed ?? this.mips;
  }

  /** Return the part of the picture plane in sight. */
  get area(): Box {
    const { scale, x, y } = this.view;
    return [-x / scale, -y / scale, this.host.width / scale, this.host.height / scale];
  }

  close(): void {
    this.resized.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.rest);
    this.element.replaceChildren();
  }

  /** Begin another picture: until it has come there is nothing to show. */
  begin(size: Size): void {
    this.setWindowed(undefined);
    this.mips = this.reference = this.heatmap = undefined;
    this.picture = size;
    this.fit();
    this.redrawAll();
  }

  setPicture(mips: Mips): void {
    this.mips = mips;
    this.redrawPicture();
  }

  /** Show the picture as a window on its values does; undefined: as it came. */
  setWindowed(mips: Mips | undefined): void {
    this.windowed?.close();
    this.windowed = mips;
    this.redrawPicture();
  }

  setReference(mips: Mips | undefined): void {
    this.reference = mips;
    this.redrawPicture();
  }

  setHeatmap(heatmap: HeatmapPicture | undefined): void {
    this.heatmap = heatmap;
    this.redrawShapes();
  }

  /** Change how the picture looks, by a CSS filter; shapes stay as they are. */
  setFilter(filter: string): void {
    this.pictures.canvas.style.filter = filter;
  }

  setShapesShown(shown: boolean): void {
    this.shapes.canvas.style.visibility = this.live.style.visibility = shown ? "visible" : "hidden";
  }

  fit(): void {
    this.isFitted = true;
    this.setView(fitted(this.picture, this.host));
  }

  scaleTo(scale: number, at: Point = this.middle): void {
    this.isFitted = false;
    this.setView(scaledAt(this.view, scale, at));
  }

  /** Show the whole picture, 100 % and 200 % in turn. */
  scaleInTurn(): void {
    if (this.view.scale === 1) this.scaleTo(2);
    else if (this.isFitted) this.scaleTo(1);
    else this.fit();
  }

  pan(dx: number, dy: number): void {
    this.isFitted = false;
    this.setView(moved(this.view, dx, dy));
  }

  showView(view: View): void {
    this.isFitted = false;
    this.setView(view);
  }

  centre(at: Point, scale = this.view.scale): void {
    this.isFitted = false;
    this.setView(centred(scale, at, this.host));
  }

  follow(at: Point): void {
    this.setView(following(this.view, at, this.host));
  }

  redrawPicture(): void {
    this.pictures.forget();
    this.request();
  }

  redrawShapes(): void {
    this.shapes.forget();
    this.request();
  }

  redrawAll(): void {
    this.palette.forget();
    this.pictures.forget();
    this.redrawShapes();
  }

  /** Draw in the next frame: the live layer anew, the others where they are not enough. */
  request(): void {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  private get middle(): Point {
    return [this.host.width / 2, this.host.height / 2];
  }

  private setView(view: View): void {
    const next = limited(view, this.picture, this.host);
    if (next.scale === this.view.scale && next.x === this.view.x && next.y === this.view.y) return;
    this.view = next;
    clearTimeout(this.rest);
    this.rest = window.setTimeout(() => this.settle(), REST_MS);
    this.request();
    this.viewed(next);
  }

  private settle(): void {
    this.pictures.settle(this.view);
    this.shapes.settle(this.view);
  }

  private draw(): void {
    this.frame = 0;
    this.pictures.show(this.view, this.picture);
    this.shapes.show(this.view, this.picture);
    this.livePainter.paint({ ...this.scene.live(), view: this.view, ratio: this.ratio });
  }

  private paintPicture(paper: Paper): void {
    if (this.reference) this.reference.draw(within(paper, this.reference.size, this.picture));
    else this.looked?.draw(paper);
  }

  private paintShapes(paper: Paper): void {
    this.heatmap?.draw(paper, this.picture);
    this.shapePainter.paint(paper, this.scene.shapesIn(paper.area));
  }

  private measure(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    this.host = { width: Math.max(width, 1), height: Math.max(height, 1) };
    this.ratio = window.devicePixelRatio || 1;
    this.pictures.resize(this.host, this.ratio);
    this.shapes.resize(this.host, this.ratio);
    [this.live.width, this.live.height] = [this.host.width * this.ratio, this.host.height * this.ratio];
    this.live.style.width = `${this.host.width}px`;
    this.live.style.height = `${this.host.height}px`;
    if (this.isFitted) this.fit();
    else this.setView(this.view);
    this.request();
  }
}
