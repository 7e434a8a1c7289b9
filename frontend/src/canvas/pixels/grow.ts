// Regions that grow from a pixel: each pixel gets the least tolerance at which it belongs to the region. Pure.

/** Pixels as red, green, blue and opacity, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

/** The tolerance from which on each pixel belongs to the region: 0 at the press, 255 for never. */
export interface Levels {
  readonly width: number;
  readonly height: number;
  readonly levels: Uint8Array;
}

const NEVER = 255;
const LEAST_PIXELS = 12;
const LARGEST_SHARE = 0.6;
/** So many steps of tolerance on, a region that ends at edges has hardly grown. */
const AHEAD = 6;
const EDGE_WEIGHT = 1.4;
const COLOUR_WEIGHT = 0.7;

/** Return the levels for regions of similar colour. */
export function growByColour(pixels: Pixels, x: number, y: number): Levels {
  return grow(pixels, x, y, differences(pixels, x, y));
}

/** Return the levels for regions that end at edges: a step onto an edge costs, and so does another colour. */
export function growToEdges(pixels: Pixels, x: number, y: number): Levels {
  const [difference, edge] = [differences(pixels, x, y), edges(pixels)];
  const cost = difference.map((value, at) => Math.min(COLOUR_WEIGHT * value + EDGE_WEIGHT * edge[at]!, NEVER - 1));
  return grow(pixels, x, y, cost);
}

/** Flood from the pixel by rising cost: a level is the largest cost along the cheapest way. */
function grow({ width, height }: Pixels, x: number, y: number, cost: Uint8Array): Levels {
  const levels = new Uint8Array(width * height).fill(NEVER);
  const waiting: number[][] = Array.from({ length: NEVER }, () => []);
  const reach = (at: number, level: number) => {
    const own = Math.max(cost[at]!, level);
    if (own >= levels[at]!) return;
    levels[at] = own;
    waiting[own]!.push(at);
  };
  levels[y * width + x] = 0;
  waiting[0]!.push(y * width + x);
  for (let level = 0; level < NEVER; level++) {
    const here = waiting[level]!;
    for (let next = 0; next < here.length; next++) {
      const at = here[next]!;
      if (levels[at] !== level) continue;
      const column = at % width;
      if (column > 0) reach(at - 1, level);
      if (column < width - 1) reach(at + 1, level);
      if (at >= width) reach(at - width, level);
      if (at < width * (height - 1)) reach(at + width, level);
    }
    waiting[level] = [];
  }
  return { width, height, levels };
}

/** Return how far each pixel's colour is from the mean around a pixel, 0 to 254. */
function differences({ width, height, data }: Pixels, x: number, y: number): Uint8Array {
  const mean = [0, 0, 0];
  let count = 0;
  for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, height - 1); row++) {
    for (let column = Math.max(x - 1, 0); column <= Math.min(x + 1, width - 1); column++, count++) {
      for (let c = 0; c < 3; c++) mean[c]! += data[4 * (row * width + column) + c]!;
    }
  }
  const [red, green, blue] = mean.map((sum) => sum / count) as [number, number, number];
  return Uint8Array.from({ length: width * height }, (_, at) =>
    Math.min(
      Math.max(Math.abs(data[4 * at]! - red), Math.abs(data[4 * at + 1]! - green), Math.abs(data[4 * at + 2]! - blue)),
      NEVER - 1,
    ),
  );
}

/** Return how strongly the brightness changes at each pixel, 0 to 254. */
function edges({ width, height, data }: Pixels): Uint8Array {
  const grey = Float32Array.from(
    { length: width * height },
    (_, at) => 0.299 * data[4 * at]! + 0.587 * data[4 * at + 1]! + 0.114 * data[4 * at + 2]!,
  );
  return Uint8Array.from(grey, (_, at) => {
    const column = at % width;
    const across = grey[at + (column < width - 1 ? 1 : 0)]! - grey[at - (column > 0 ? 1 : 0)]!;
    const down =
      grey[Math.min(at + width, at < width * (height - 1) ? at + width : at)]! - grey[at >= width ? at - width : at]!;
    return Math.min(Math.hypot(across, down) / 2, NEVER - 1);
  });
}

/** Return the tolerance at which the region is steadiest: it grows least, by share, over the next steps. */
export function steadiest({ levels }: Levels): number {
  const areas = new Float64Array(NEVER + 1);
  for (const level of levels) areas[level]!++;
  for (let level = 1; level <= NEVER; level++) areas[level]! += areas[level - 1]!;
  let best = { tolerance: 12, growth: Infinity };
  for (let tolerance = 2; tolerance + AHEAD < NEVER; tolerance++) {
    const area = areas[tolerance]!;
    if (area < LEAST_PIXELS || area > LARGEST_SHARE * levels.length) continue;
    const growth = (areas[tolerance + AHEAD]! - area) / area;
    if (growth < best.growth) best = { tolerance, growth };
  }
  return best.tolerance;
}

/** Return 1 for the pixels of the region at a tolerance, its holes filled, and 0 for the others. */
export function regionAt({ width, height, levels }: Levels, tolerance: number): Uint8Array {
  const inside = Uint8Array.from(levels, (level) => (level <= tolerance ? 1 : 0));
  const outside = outsideOf(inside, width, height);
  return outside.map((is) => 1 - is);
}

/** Return 1 for the pixels that are joined to the border without crossing the region. */
function outsideOf(inside: Uint8Array, width: number, height: number): Uint8Array {
  const outside = new Uint8Array(inside.length);
  const open: number[] = [];
  const visit = (at: number) => {
    if (inside[at] || outside[at]) return;
    outside[at] = 1;
    open.push(at);
  };
  for (let x = 0; x < width; x++) [x, (height - 1) * width + x].forEach(visit);
  for (let y = 0; y < height; y++) [y * width, y * width + width - 1].forEach(visit);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const column = at % width;
    if (column > 0) visit(at - 1);
    if (column < width - 1) visit(at + 1);
    if (at >= width) visit(at - width);
    if (at < width * (height - 1)) visit(at + width);
  }
  return outside;
}
