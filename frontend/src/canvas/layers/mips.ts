// A picture in halving sizes: the one that is drawn has about as many pixels as the screen shows.
import type { Paper } from "./layer";
import type { Size } from "../types";

/** From this many device pixels per picture pixel on, pixels are shown as squares. */
const SQUARES_FROM = 3;
const SMALLEST_SIDE = 256;

export class Mips {
  private shrinking: Promise<void> | undefined;
  private isClosed = false;

  private constructor(
    private readonly levels: (ImageBitmap | HTMLImageElement)[],
    readonly size: Size,
  ) {}

  /** Load and decode a picture. The smaller sizes follow. Rejects when it cannot be loaded. */
  static async load(url: string, size: Size): Promise<Mips> {
    const image = new Image();
    image.src = url;
    await image.decode();
    return new Mips([image], size);
  }

  static of(picture: ImageBitmap, size: Size): Mips {
    return new Mips([picture], size);
  }

  get source(): ImageBitmap | HTMLImageElement {
    return this.levels[0]!;
  }

  /** Return the level to draw when a picture pixel takes so many device pixels. */
  levelFor(scale: number): number {
    const shrunk = Math.max(0, Math.floor(Math.log2(widthOf(this.source) / (this.size.width * scale))));
    return Math.min(shrunk, this.levels.length - 1);
  }

  draw({ context, area: [x, y, width, height], scale }: Paper): void {
    const level = this.levels[this.levelFor(scale)]!;
    const [left, top] = [Math.max(x, 0), Math.max(y, 0)];
    const right = Math.min(x + width, this.size.width);
    const bottom = Math.min(y + height, this.size.height);
    if (right <= left || bottom <= top) return;
    context.imageSmoothingEnabled = scale < SQUARES_FROM;
    const [across, down] = [widthOf(level) / this.size.width, heightOf(level) / this.size.height];
    const from = [left * across, top * down, (right - left) * across, (bottom - top) * down] as const;
    context.drawImage(level, ...from, left, top, right - left, bottom - top);
  }

  /** Make the smaller sizes, one after the other; later calls wait for the first one. */
  shrink(): Promise<void> {
    return (this.shrinking ??= this.makeLevels());
  }

  close(): void {
    this.isClosed = true;
    for (const level of this.levels) if (level instanceof ImageBitmap) level.close();
  }

  private async makeLevels(): Promise<void> {
    let last = this.source instanceof ImageBitmap ? this.source : await createImageBitmap(this.source);
    if (!this.put(0, last)) return;
    while (Math.min(last.width, last.height) >= 2 * SMALLEST_SIDE) {
      const half = { resizeWidth: Math.ceil(last.width / 2), resizeHeight: Math.ceil(last.height / 2) };
      last = await createImageBitmap(last, { ...half, resizeQuality: "medium" });
      if (!this.put(this.levels.length, last)) return;
    }
  }

  /** Keep a level. Returns false, and closes it, when the picture was closed meanwhile. */
  private put(index: number, level: ImageBitmap): boolean {
    if (this.isClosed) level.close();
    else this.levels[index] = level;
    return !this.isClosed;
  }
}

const widthOf = (image: ImageBitmap | HTMLImageElement) =>
  image instanceof ImageBitmap ? image.width : image.naturalWidth;
const heightOf = (image: ImageBitmap | HTMLImageElement) =>
  image instanceof ImageBitmap ? image.height : image.naturalHeight;
