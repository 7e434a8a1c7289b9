// The masks of a model's regions: the places of its map at or above the level, without the steps of the map. Pure.
import { maskOfRows, type RowRun } from "../geometry/masks";
import type { Box, Mask, Size } from "../types";

/** Grey levels of a map, row by row: 0 is OK, 255 NG. */
export interface MapLevels extends Size {
  readonly levels: Uint8Array;
}

type Corners = readonly [left: number, top: number, right: number, bottom: number];

/** Regions are made of the places from half on, as the training writes them. */
const AT_LEAST = 127.5;

/** Return the mask of each region of a map that covers the picture; null where the map has no such region. */
export function regionMasks(map: MapLevels, boxes: readonly Box[], size: Size): (Mask | null)[] {
  const found = components(map);
  return boxes.map((box) => {
    const inMap = onMap(box, map, size).join();
    const at = found.boxes.findIndex((one) => one.join() === inMap);
    return at < 0 ? null : maskOfComponent(map, found.labels, at + 1, box, size);
  });
}

/** Return the places from left to right and top to bottom that a box of the picture covers on the map. */
function onMap([x, y, width, height]: Box, map: Size, size: Size): number[] {
  const [across, down] = [map.width / size.width, map.height / size.height];
  return [x * across, y * down, (x + width) * across, (y + height) * down].map(Math.round);
}

/** Number the connected places; those that touch at a corner belong together. `boxes`: of 1, 2, … in turn. */
function components(map: MapLevels) {
  const labels = new Uint32Array(map.levels.length);
  const boxes: Corners[] = [];
  map.levels.forEach((level, start) => {
    if (level >= AT_LEAST && !labels[start]) boxes.push(spread(map, labels, start, boxes.length + 1));
  });
  return { labels, boxes };
}

/** Give the places around one of a component its label. Returns their box: left, top, right, bottom. */
function spread(map: MapLevels, labels: Uint32Array, start: number, label: number): Corners {
  let [left, top, right, bottom] = [map.width, map.height, 0, 0];
  const open = [start];
  labels[start] = label;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [x, y] = [at % map.width, Math.floor(at / map.width)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
    for (const next of around(map, x, y)) {
      if (map.levels[next]! < AT_LEAST || labels[next]) continue;
      labels[next] = label;
      open.push(next);
    }
  }
  return [left, top, right, bottom];
}

function around({ width, height }: Size, x: number, y: number): number[] {
  const rows = [y - 1, y, y + 1].filter((row) => row >= 0 && row < height);
  const columns = [x - 1, x, x + 1].filter((column) => column >= 0 && column < width);
  return rows.flatMap((row) => columns.map((column) => row * width + column));
}

/** Return the pixels of the box at which the map, seen smoothly, is at or above the level; null without one. */
function maskOfComponent(map: MapLevels, labels: Uint32Array, label: number, box: Box, size: Size): Mask | null {
  const own = { ...map, levels: map.levels.map((level, at) => (labels[at] && labels[at] !== label ? 0 : level)) };
  const rows: RowRun[] = [];
  for (let y = Math.floor(box[1]); y < Math.ceil(box[1] + box[3]); y++) {
    for (let x = Math.floor(box[0]); x < Math.ceil(box[0] + box[2]); x++) {
      if (smoothLevel(own, x, y, size) >= AT_LEAST) rows.push({ y, from: x, to: x + 1 });
    }
  }
  const mask = maskOfRows(size, rows);
  return mask.runs.length ? mask : null;
}

/** Return the level at the middle of a pixel, between the middles of the places around it. */
function smoothLevel({ width, height, levels }: MapLevels, x: number, y: number, size: Size): number {
  const [left, right, across] = between(((x + 0.5) * width) / size.width - 0.5, width);
  const [top, bottom, down] = between(((y + 0.5) * height) / size.height - 0.5, height);
  const along = (row: number) => levels[row * width + left]! * (1 - across) + levels[row * width + right]! * across;
  return along(top) * (1 - down) + along(bottom) * down;
}

function between(place: number, count: number): [low: number, high: number, share: number] {
  const inside = Math.min(Math.max(place, 0), count - 1);
  const low = Math.floor(inside);
  return [low, Math.min(low + 1, count - 1), inside - low];
}
