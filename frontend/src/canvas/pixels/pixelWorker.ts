// The page's side of the worker: asks it for masks and regions.
import type { Box, DeepPicture, Mask, Size, ValueRange } from "../types";
import type { Answers, Request, Response, Work } from "./messages";

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

export class PixelWorker {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  ask<Kind extends Work["kind"]>(
    work: Extract<Work, { kind: Kind }>,
    transfer: Transferable[] = [],
  ): Promise<Answers[Kind]> {
    const id = ++this.asked;
    return new Promise<Answers[Kind]>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.started().postMessage({ ...work, id } satisfies Request, transfer);
    });
  }

  close(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.waiting.clear();
  }

  private started(): Worker {
    if (!this.worker) {
      this.worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
      this.worker.addEventListener("message", ({ data }: MessageEvent<Response>) => this.settle(data));
    }
    return this.worker;
  }

  private settle(response: Response): void {
    const waiting = this.waiting.get(response.id);
    this.waiting.delete(response.id);
    if ("error" in response) waiting?.reject(new Error(response.error));
    else waiting?.resolve(response.answer as never);
  }
}

/** All canvases of the page share it: it has no picture. */
const shared = new PixelWorker();

/** Load the mask of an address. Rejects when it cannot be loaded. */
export async function loadMask(url: string, size: Size): Promise<Mask> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return shared.ask({ kind: "decode", file: await answer.blob(), size });
}

/** Return the masks of the regions of a map, a PNG in base64; null for a region that the map does not have. */
export function loadRegionMasks(map: string, boxes: readonly Box[], size: Size): Promise<(Mask | null)[]> {
  const file = new Blob([Uint8Array.from(atob(map), (letter) => letter.charCodeAt(0))]);
  return shared.ask({ kind: "regions", file, boxes, size });
}

/** Load the values of deep grey. Returns null for a picture that is none. Rejects when they cannot be loaded. */
export const loadRange = (url: string): Promise<ValueRange | null> => shared.ask({ kind: "range", url });

/** Return the picture that a window makes of deep grey. */
export const loadThroughWindow = (picture: DeepPicture): Promise<ImageBitmap | null> =>
  shared.ask({ kind: "window", picture });
