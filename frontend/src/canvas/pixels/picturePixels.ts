// The pixels of the picture on the canvas, in a worker: strokes become masks, and regions grow.
import type { Stroke } from "../tools/brush";
import type { GrownRegion } from "../tools/region";
import type { Box, Mask, Point, Size } from "../types";
import { PixelWorker } from "./pixelWorker";
import { growArea, regionMask } from "./region";

type Source = ImageBitmap | HTMLImageElement;

export class PicturePixels {
  private readonly worker = new PixelWorker();
  private sent: Source | undefined;

  close(): void {
    this.worker.close();
  }

  strokeMask(size: Size, { points, radius }: Stroke): Promise<Mask> {
    return this.worker.ask({ kind: "stroke", size, points, radius });
  }

  /** Grow a region from a place in a part of the picture. */
  async grow(picture: { source: Source; size: Size }, part: Box, press: { at: Point; along: "colour" | "edges" }) {
    await this.send(picture.source, picture.size);
    const area = growArea(part, picture.size);
    const { levels, tolerance } = await this.worker.ask({ kind: "grow", area, ...press });
    const region: GrownRegion = {
      tolerance,
      mask: (at) => regionMask(levels, at, area, picture.size),
    };
    return region;
  }

  private async send(source: Source, size: Size): Promise<void> {
    if (this.sent === source) return;
    this.sent = source;
    const picture = await createImageBitmap(source);
    await this.worker.ask({ kind: "picture", picture, size }, [picture]);
  }
}
