// Epoch measures as chart series: losses in one chart, rates from 0 to 1 in another. Pure.
import type { Run } from "@/api/types";

export interface Chart {
  kind: "loss" | "quality";
  series: { name: string; values: number[] }[];
}

export function seriesOf(epochs: Run["epochs"]): Chart[] {
  const names = [...new Set(epochs.flatMap(({ metrics }) => Object.keys(metrics)))];
  const chart = (kind: Chart["kind"], wanted: (name: string) => boolean): Chart => ({
    kind,
    series: names
      .filter(wanted)
      .map((name) => ({ name, values: epochs.map(({ metrics }) => metrics[name] ?? NaN).filter(Number.isFinite) })),
  });
  const isLoss = (name: string) => name.includes("loss");
  const isRate = (name: string) => name === "learning_rate" || name === "lr" || name === "seconds";
  return [chart("loss", isLoss), chart("quality", (name) => !isLoss(name) && !isRate(name))].filter(
    ({ series }) => series.length,
  );
}
