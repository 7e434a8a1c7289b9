// A model's map in colours, stretched over the picture.
import type { Heatmap, Size } from "../types";
import type { Paper } from "./layer";

export class HeatmapPicture {
  private constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly strength: number,
  ) {}

  /** Load a map and colour it. Rejects when it cannot be loaded. */
  static async load({ url, strength, colourOf }: Heatmap): Promise<HeatmapPicture> {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d", { willReadFrequently: true })!;
    context.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    colour(pixels.data, colourOf);
    context.putImageData(pixels, 0, 0);
    return new HeatmapPicture(canvas, strength);
  }

  draw({ context }: Paper, { width, height }: Size): void {
    context.globalAlpha = this.strength;
    context.imageSmoothingEnabled = true;
    context.drawImage(this.canvas, 0, 0, width, height);
    context.globalAlpha = 1;
  }
}

function colour(data: Uint8ClampedArray, colourOf: Heatmap["colourOf"]): void {
  const colours = Array.from({ length: 256 }, (_, level) => colourOf(level / 255));
  for (let at = 0; at < data.length; at += 4) {
    colours[data[at]!]!.forEach((part, channel) => (data[at + channel] = 255 * part));
  }
}
