// The worker of the canvas: makes masks of strokes and stored pictures, and grows regions, while the page stays fluid.
import { strokeMask } from "../geometry/stroke";
import type { DeepPicture, Size } from "../types";
import { maskOfBits } from "./bitPng";
import { type DeepGrey, deepGreyOf, rangeOf, throughWindow } from "./deepGrey";
import { growByColour, growToEdges, steadiest } from "./grow";
import type { Answers, GrowArea, Request, Work } from "./messages";
import { levelsOfImage, maskOfImage } from "./maskImage";
import { regionMasks } from "./regionMasks";

let shown: { picture: ImageBitmap; size: Size } | undefined;
/** Values of deep grey by address: of the last picture, and of the last limit sample over one. */
const deep = new Map<string, Promise<DeepGrey | null>>();
const KEPT = 2;

async function answer(work: Work): Promise<Answers[Work["kind"]]> {
  switch (work.kind) {
    case "picture":
      shown?.picture.close();
      shown = { picture: work.picture, size: work.size };
      return undefined;
    case "stroke":
      return strokeMask(work.size, work.points, work.radius);
    case "decode":
      return (await maskOfBits(work.file, work.size)) ?? maskOfImage(await createImageBitmap(work.file), work.size);
    case "regions":
      return regionMasks(levelsOfImage(await createImageBitmap(work.file)), work.boxes, work.size);
    case "range":
      return valuesOf(work.url).then((values) => values && rangeOf(values));
    case "window":
      return seenThrough(work.picture);
    case "grow":
      return grown(work);
  }
}

/** Load the values of deep grey; the last ones stay. */
function valuesOf(url: string): Promise<DeepGrey | null> {
  const values = deep.get(url) ?? loadValues(url);
  deep.delete(url);
  deep.set(url, values);
  for (const old of [...deep.keys()].slice(0, -KEPT)) deep.delete(old);
  return values;
}

async function seenThrough(picture: DeepPicture): Promise<ImageBitmap | null> {
  const values = await valuesOf(picture.url);
  return values && createImageBitmap(throughWindow(values, picture));
}

async function loadValues(url: string): Promise<DeepGrey | null> {
  const answer = await fetch(url);
  if (!answer.ok || !answer.body) throw new Error(`${answer.status}`);
  const unpacked = answer.body.pipeThrough(new DecompressionStream("gzip"));
  return deepGreyOf(await new Response(unpacked).arrayBuffer());
}

function grown({ area, at, along }: Extract<Work, { kind: "grow" }>): Answers["grow"] {
  const pixels = pixelsOf(area);
  const place = (value: number, start: number, side: number) =>
    Math.min(Math.max(Math.floor((value - start) / area.step), 0), side - 1);
  const x = place(at[0], area.left, area.width);
  const y = place(at[1], area.top, area.height);
  const levels = (along === "colour" ? growByColour : growToEdges)(pixels, x, y);
  return { levels, tolerance: along === "colour" ? 24 : steadiest(levels) };
}

function pixelsOf({ left, top, width, height, step }: GrowArea): ImageData {
  if (!shown) throw new Error("no picture");
  const { picture, size } = shown;
  const [across, down] = [picture.width / size.width, picture.height / size.height];
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
  const from = [left * across, top * down, width * step * across, height * step * down] as const;
  context.drawImage(picture, ...from, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

addEventListener("message", (event: MessageEvent<Request>) => {
  const { id } = event.data;
  answer(event.data).then(
    (answered) =>
      postMessage({ id, answer: answered }, { transfer: answered instanceof ImageBitmap ? [answered] : [] }),
    (error: unknown) => postMessage({ id, error: String(error) }),
  );
});
