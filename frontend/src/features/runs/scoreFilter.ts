// Which images of a run are listed: a cell at a threshold, scores between two, or a slice. The address keeps it. Pure.
import type { LocationQuery, LocationQueryRaw, LocationQueryValue } from "vue-router";
import { type Cell, isCell } from "./cells";

export interface ScoreFilter {
  cell?: Cell;
  /** The threshold of the cell, and the lowest score; the run's threshold without it */
  at?: number;
  /** Scores below it only */
  below?: number;
  /** A slice, as the API names it */
  slice?: string;
}

export function filterOf(query: LocationQuery): ScoreFilter {
  const [at, below] = [numberOf(query.at), numberOf(query.below)];
  return {
    ...(isCell(query.cell) ? { cell: query.cell } : {}),
    ...(at === undefined ? {} : { at }),
    ...(below === undefined ? {} : { below }),
    ...(typeof query.slice === "string" && query.slice ? { slice: query.slice } : {}),
  };
}

export function queryOf({ cell, at, below, slice }: ScoreFilter): LocationQueryRaw {
  return { cell, at, below, slice };
}

function numberOf(value: LocationQueryValue | LocationQueryValue[] | undefined): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : NaN;
  return Number.isFinite(number) ? number : undefined;
}
