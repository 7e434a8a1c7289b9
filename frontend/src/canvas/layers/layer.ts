// One canvas of the stage. It draws more than is in sight, so that a moved view can show what was drawn before.
import type { Box, Size, View } from "../types";

/** CSS pixels that are drawn beyond each border of the host. */
const MARGIN = 128;
/** While it zooms, what was drawn before is stretched up to this, and drawn anew at rest. */
const MOST_STRETCH = 1.35;

/** A context in picture pixels, the part of the picture that is drawn, and device pixels per picture pixel. */
export interface Paper {
  readonly context: CanvasRenderingContext2D;
  readonly area: Box;
  readonly scale: number;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

/** Return a paper in the pixels of another picture, which lies whole and undistorted in the middle of this one. */
export function within(paper: Paper, other: Size, picture: Size): Paper {
  const share = Math.min(picture.width / other.width, picture.height / other.height);
  const left = (picture.width - other.width * share) / 2;
  const top = (picture.height - other.height * share) / 2;
  const [x, y, width, height] = paper.area;
  paper.context.translate(left, top);
  paper.context.scale(share, share);
  return {
    ...paper,
    area: [(x - left) / share, (y - top) / share, width / share, height / share],
    scale: paper.scale * share,
  };
}

export class Layer {
  readonly canvas = document.createElement("canvas");
  private readonly context: CanvasRenderingContext2D;
  private drawn: View | undefined;
  private host: Size = { width: 1, height: 1 };
  private ratio = 1;

  constructor(
    parent: HTMLElement,
    private readonly paint: (paper: Paper) => void,
  ) {
    this.canvas.style.cssText = "position:absolute;transform-origin:0 0;pointer-events:none";
    this.context = this.canvas.getContext("2d")!;
    parent.append(this.canvas);
  }

  resize(host: Size, ratio: number): void {
    this.host = host;
    this.ratio = ratio;
    this.canvas.width = Math.round((host.width + 2 * MARGIN) * ratio);
    this.canvas.height = Math.round((host.height + 2 * MARGIN) * ratio);
    this.canvas.style.width = `${this.canvas.width / ratio}px`;
    this.canvas.style.height = `${this.canvas.height / ratio}px`;
    this.drawn = undefined;
  }

  forget(): void {
    this.drawn = undefined;
  }

  /** Show a view in motion: by what was drawn before where that will do. */
  show(view: View, picture: Size): void {
    if (this.drawn && this.isEnough(this.drawn, view, picture)) this.place(this.drawn, view);
    else this.draw(view);
  }

  /** Show a view at rest: drawn at just this scale. */
  settle(view: View): void {
    if (this.drawn?.scale !== view.scale) this.draw(view);
  }

  private isEnough(drawn: View, view: View, picture: Size): boolean {
    const stretch = view.scale / drawn.scale;
    if (stretch > MOST_STRETCH || stretch < 1 / MOST_STRETCH) return false;
    return holds(clipped(this.areaOf(drawn, MARGIN), picture), clipped(this.areaOf(view, 0), picture));
  }

  private draw(view: View): void {
    const { context, ratio } = this;
    const scale = view.scale * ratio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.setTransform(scale, 0, 0, scale, (view.x + MARGIN) * ratio, (view.y + MARGIN) * ratio);
    this.paint({ context, area: this.areaOf(view, MARGIN), scale, ratio });
    this.drawn = view;
    this.place(view, view);
  }

  private place(drawn: View, view: View): void {
    const stretch = view.scale / drawn.scale;
    const along = (now: number, before: number) => now - before * stretch - MARGIN * stretch;
    const [x, y] = [along(view.x, drawn.x), along(view.y, drawn.y)];
    this.canvas.style.transform = `translate(${x}px,${y}px)${stretch === 1 ? "" : ` scale(${stretch})`}`;
  }

  /** Return the part of the picture plane that the host and a margin around it show. */
  private areaOf({ scale, x, y }: View, margin: number): Box {
    return [
      (-margin - x) / scale,
      (-margin - y) / scale,
      (this.host.width + 2 * margin) / scale,
      (this.host.height + 2 * margin) / scale,
    ];
  }
}

const clipped = ([x, y, width, height]: Box, picture: Size): Box => {
  const [left, top] = [Math.max(x, 0), Math.max(y, 0)];
  return [left, top, Math.min(x + width, picture.width) - left, Math.min(y + height, picture.height) - top];
};

const holds = ([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box): boolean =>
  bw <= 0 || bh <= 0 || (ax <= bx && ay <= by && ax + aw >= bx + bw - 1e-6 && ay + ah >= by + bh - 1e-6);
