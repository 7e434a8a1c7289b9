// Geometry of the epoch curves. Pure.
export interface Scale {
  x: (index: number) => number;
  y: (value: number) => number;
  low: number;
  high: number;
}

export function scaleOf(series: readonly (readonly number[])[], epochs: number, width: number, height: number): Scale {
  const values = series.flat().filter(Number.isFinite);
  const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  return {
    x: (index) => (index / Math.max(1, epochs - 1)) * width,
    y: (value) => (high === low ? height / 2 : ((high - value) / (high - low)) * height),
    low,
    high,
  };
}

export function pathOf(values: readonly number[], { x, y }: Scale): string {
  return values.map((value, index) => `${index ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join("");
}
