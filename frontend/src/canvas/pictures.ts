// What is loaded into the stage: the picture, a reference in its place, and a map over it. The newest request wins.
import type { Listeners } from "./events";
import { HeatmapPicture } from "./layers/heatmap";
import { Mips } from "./layers/mips";
import { PictureCache } from "./layers/pictureCache";
import { loadThroughWindow } from "./pixels/pixelWorker";
import type { Stage } from "./stage";
import type { CanvasPicture, DeepPicture, Heatmap, Reference } from "./types";

export class Pictures {
  private readonly cache = new PictureCache();
  private shown = 0;
  private referred = 0;
  private mapped = 0;
  private windowed = 0;
  private referring: Promise<Mips | undefined> = Promise.resolve(undefined);
  /** The reference as a window on its values shows it. */
  private seen: Mips | undefined;
  private windowing: Promise<ImageBitmap | null> = Promise.resolve(null);

  constructor(
    private readonly stage: Stage,
    private readonly listeners: Listeners,
  ) {}

  /** Show a picture. Resolves when it is drawn, or has failed, or another one was asked for. */
  async show(picture: CanvasPicture): Promise<void> {
    const turn = ++this.shown;
    this.referred++;
    this.mapped++;
    this.hold(picture.url, picture.preview_url);
    this.stage.begin(picture);
    if (picture.preview_url) void this.preview(picture, picture.preview_url, turn);
    const mips = await this.load(picture);
    if (!mips || turn !== this.shown) return;
    this.stage.setPicture(mips);
    this.shrink(mips);
  }

  /** Show the picture through a window on its values; null shows it as it came. One at a time, then the newest. */
  async look(picture: DeepPicture | null): Promise<void> {
    const [turn, shown] = [++this.windowed, this.shown];
    await this.windowing;
    if (turn !== this.windowed) return;
    this.windowing = picture
      ? loadThroughWindow(picture).catch(() => this.fail(picture.url) ?? null)
      : Promise.resolve(null);
    const seen = await this.windowing;
    if (shown !== this.shown) return seen?.close();
    const mips = seen ? Mips.of(seen, this.stage.picture) : undefined;
    this.stage.setWindowed(mips);
    if (mips) this.shrink(mips);
  }

  /** Load and decode pictures that come next, so that they show at once. */
  prepare(pictures: readonly CanvasPicture[]): void {
    for (const picture of pictures) void this.cache.take(picture).catch(() => undefined);
  }

  /** Show another picture in the place of this one, whole and undistorted, or this one again. */
  async flicker(picture: Reference | null): Promise<void> {
    const turn = ++this.referred;
    await this.referring;
    if (turn !== this.referred) return;
    if (picture) this.hold(...this.cache.held, picture.url);
    this.referring = this.through(picture);
    const seen = await this.referring;
    const mips = seen ?? (picture ? await this.load(picture) : undefined);
    if (turn !== this.referred) return seen?.close();
    this.stage.setReference(mips);
    this.seen?.close();
    this.seen = seen;
    if (seen) this.shrink(seen);
  }

  async overlay(heatmap: Heatmap | null): Promise<void> {
    const turn = ++this.mapped;
    const map = heatmap ? await HeatmapPicture.load(heatmap).catch(() => this.fail(heatmap.url)) : undefined;
    if (turn === this.mapped) this.stage.setHeatmap(map);
  }

  close(): void {
    this.shown++;
    this.referred++;
    this.mapped++;
    this.cache.clear();
  }

  /** Make the smaller sizes; without them the picture is drawn from the large one. */
  private shrink(mips: Mips): void {
    void mips.shrink().then(
      () => this.stage.redrawPicture(),
      () => undefined,
    );
  }

  private async preview(picture: CanvasPicture, url: string, turn: number): Promise<void> {
    const mips = await this.cache.take({ ...picture, url }).catch(() => undefined);
    if (mips && turn === this.shown && !this.stage.source) this.stage.setPicture(mips);
  }

  private hold(...urls: (string | null | undefined)[]): void {
    this.cache.held = new Set(urls.filter((url) => url != null));
  }

  /** Return a reference of deep grey through its window; undefined for one without. */
  private async through(picture: Reference | null): Promise<Mips | undefined> {
    if (!picture?.deep) return undefined;
    const { deep } = picture;
    const seen = await loadThroughWindow(deep).catch(() => this.fail(deep.url));
    return seen ? Mips.of(seen, picture) : undefined;
  }

  private load(picture: CanvasPicture): Promise<Mips | undefined> {
    return this.cache.take(picture).catch(() => this.fail(picture.url));
  }

  private fail(url: string): undefined {
    this.listeners.tell("failed", url);
  }
}
