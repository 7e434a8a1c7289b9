// The pictures that were shown last or come next, loaded and decoded.
import type { CanvasPicture } from "../types";
import { Mips } from "./mips";

const KEPT = 5;

export class PictureCache {
  /** The addresses that are on screen: they stay. */
  held: ReadonlySet<string> = new Set();
  private readonly loaded = new Map<string, Promise<Mips>>();

  /** Return a picture; from here on it is the newest one. */
  take({ url, width, height }: CanvasPicture): Promise<Mips> {
    const mips = this.loaded.get(url) ?? Mips.load(url, { width, height });
    this.loaded.delete(url);
    this.loaded.set(url, mips);
    mips.catch(() => this.loaded.delete(url));
    const rest = [...this.loaded.keys()].filter((key) => !this.held.has(key));
    for (const old of rest.slice(0, Math.max(rest.length - KEPT, 0))) this.drop(old);
    return mips;
  }

  clear(): void {
    for (const url of [...this.loaded.keys()]) this.drop(url);
  }

  private drop(url: string): void {
    void this.loaded.get(url)?.then(
      (mips) => mips.close(),
      () => undefined,
    );
    this.loaded.delete(url);
  }
}
