// The page of `bench ui`: frame times of pan and zoom, and the time from a brush stroke to its mask.
import { AnnotationCanvas, loadMask } from "@/canvas";
import type { Shape, View } from "@/canvas/types";
import type { Contender } from "./contender";
import { konvaContender } from "./konva";
import { shapesOf, SIZE } from "./shapes";

const HOST = document.querySelector<HTMLDivElement>("#host")!;
const PICTURE = { url: "picture.jpg", ...SIZE };

async function ours(shapes: readonly Shape[]): Promise<AnnotationCanvas> {
  const canvas = new AnnotationCanvas(HOST, { label: "bench" });
  await canvas.show(PICTURE);
  canvas.editor.replace(shapes);
  await rest(1_500);
  return canvas;
}

async function contender(name: "kenpin" | "konva", shapes: readonly Shape[]): Promise<Contender> {
  if (name === "kenpin") {
    const canvas = await ours(shapes);
    return { place: (view) => canvas.showView(view), close: () => canvas.destroy() };
  }
  const image = new Image();
  image.src = PICTURE.url;
  await image.decode();
  const konva = konvaContender(HOST, image, shapes);
  await rest(1_500);
  return konva;
}

const rest = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

/** The view of each frame: a steady drag to and fro, or a zoom into the middle and out. */
const VIEWS: Readonly<Record<string, (at: number) => View>> = {
  pan: (at) => ({ scale: 0.5, x: -300 + 250 * Math.sin(at / 20), y: -250 + 180 * Math.sin(at / 27) }),
  zoom: (at) => {
    const scale = 0.6 * Math.exp(0.7 * Math.sin(at / 18));
    return { scale, x: 640 - 2048 * scale, y: 400 - 1536 * scale };
  },
};

/** Return the milliseconds between frames, the first ones left out. */
async function frames(name: "kenpin" | "konva", motion: string, count: number): Promise<number[]> {
  const one = await contender(name, shapesOf(500, 50));
  const times: number[] = [];
  let last = await frame();
  for (let at = 0; at < count + 10; at++) {
    one.place(VIEWS[motion]!(at));
    const now = await frame();
    if (at >= 10) times.push(now - last);
    last = now;
  }
  one.close();
  return times;
}

/** Return the milliseconds from the end of each stroke until its mask is on the canvas. */
async function strokes(count: number): Promise<number[]> {
  const canvas = await ours(shapesOf(500, 50));
  canvas.use("brush");
  const times: number[] = [];
  for (let at = 0; at < count; at++) {
    canvas.editor.select([]);
    times.push(await stroke(canvas, at));
  }
  canvas.destroy();
  return times;
}

async function stroke(canvas: AnnotationCanvas, at: number): Promise<number> {
  const place = (along: number) => ({
    at: [300 + 9 * along, 400 + at * 40 + 60 * Math.sin(along / 9)] as const,
    reach: 1,
  });
  canvas.tool.press(place(0));
  for (let along = 1; along < 120; along++) {
    canvas.tool.move?.(place(along));
    canvas.changed();
    if (along % 10 === 0) await frame();
  }
  const painted = new Promise<void>((resolve) => {
    const off = canvas.on("changed", () => {
      off();
      resolve();
    });
  });
  const started = performance.now();
  canvas.tool.release?.(place(120));
  await painted;
  await frame();
  return performance.now() - started;
}

/** Open the canvas to be used: it is `canvas` then. */
async function open(shapes: number, masks: number): Promise<void> {
  Object.assign(window, { canvas: await ours(shapesOf(shapes, masks)) });
}

Object.assign(window, { bench: { frames, strokes, open, loadMask } });
