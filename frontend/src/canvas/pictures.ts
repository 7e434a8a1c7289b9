// What is loaded into the stage: the picture, a reference in its place, and a map over it. The newest request wins.
import type { Listeners } from "./events";
import { HeatmapPicture } from "./layers/heatmap";
import type { Mips } from "./layers/mips";
import { PictureCache } from "./layers/pictureCache";
import type { Stage } from "./stage";
import type { CanvasPicture, Heatmap } from "./types";

export class Pictures {
  private readonly cache = new PictureCache();
  private shown = 0;
  private referred = 0;
  private mapped = 0;

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
    // Without the smaller sizes the picture is drawn from the large one.
    void mips.shrink().then(
      () => this.stage.redrawPicture(),
      () => undefined,
    );
  }

  /** Load and decode pictures that come next, so that they show at once. */
  prepare(pictures: readonly CanvasPicture[]): void {
    for (const picture of pictures) void this.cache.take(picture).catch(() => undefined);
  }

  /** Show another picture in the place of this one, or this one again. */
  async flicker(picture: CanvasPicture | null): Promise<void> {
    const turn = ++this.referred;
    if (picture) this.hold(...this.cache.held, picture.url);
    const mips = picture ? await this.load(picture) : undefined;
    if (turn === this.referred) this.stage.setReference(mips);
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

  private async preview(picture: CanvasPicture, url: string, turn: number): Promise<void> {
    const mips = await this.cache.take({ ...picture, url }).catch(() => undefined);
    if (mips && turn === this.shown && !this.stage.source) this.stage.setPicture(mips);
  }

  private hold(...urls: (string | null | undefined)[]): void {
    this.cache.held = new Set(urls.filter((url) => url != null));
  }

  private load(picture: CanvasPicture): Promise<Mips | undefined> {
    return this.cache.take(picture).catch(() => this.fail(picture.url));
  }

  private fail(url: string): undefined {
    this.listeners.tell("failed", url);
  }
}
