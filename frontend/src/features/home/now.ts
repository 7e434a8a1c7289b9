// What waits for a person, most pressing first. Pure.
import type { Dataset, DeadLetter, Parked, Run } from "@/api/types";
import { countsIn } from "@/features/datasets/counts";

export type Now =
  | { kind: "dead"; letter: DeadLetter }
  | { kind: "parked"; parked: Parked }
  | { kind: "rejected"; count: number }
  | { kind: "suggested"; dataset: Dataset; count: number }
  | { kind: "hold"; dataset: Dataset; count: number }
  | { kind: "run"; run: Run };

interface World {
  datasets?: readonly Dataset[];
  runs?: readonly Run[];
  dead?: readonly DeadLetter[];
  parked?: readonly Parked[];
  rejected?: number;
}

const RECENT_MS = 24 * 3600 * 1000;

export function needsMe({ datasets = [], runs = [], dead = [], parked = [], rejected = 0 }: World, now = Date.now()): Now[] {
  const overtaken = (run: Run) => runs.some((other) => other.dataset_id === run.dataset_id && other.requested_at > run.requested_at);
  const told = new Set(dead.map(({ subject }) => subject));
  const failed = runs.filter((run) => run.status === "failed" && !overtaken(run) && !told.has(run.run_id));
  const going = runs.filter((run) => run.status === "running" || run.status === "queued");
  const finished = runs.filter((run) => run.status === "succeeded" && now - Date.parse(run.finished_at ?? "") < RECENT_MS).slice(0, 3);
  const held = (dataset: Dataset) => Object.keys(dataset.counts).reduce((all, split) => all + countsIn(dataset, split).HOLD, 0);
  return [
    ...dead.map((letter): Now => ({ kind: "dead", letter })),
    ...parked.map((one): Now => ({ kind: "parked", parked: one })),
    ...(rejected ? [{ kind: "rejected", count: rejected } as const] : []),
    ...failed.map((run): Now => ({ kind: "run", run })),
    ...datasets.filter(({ suggested }) => suggested).map((dataset): Now => ({ kind: "suggested", dataset, count: dataset.suggested })),
    ...datasets.filter(held).map((dataset): Now => ({ kind: "hold", dataset, count: held(dataset) })),
    ...going.map((run): Now => ({ kind: "run", run })),
    ...finished.map((run): Now => ({ kind: "run", run })),
  ];
}
