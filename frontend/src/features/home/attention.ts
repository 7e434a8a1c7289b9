// Lists the items that wait for a person, most urgent first. Pure.
import type { Dataset, DeadLetter, Disk, Parked, Run } from "@/api/types";
import { countsIn } from "@/features/datasets/counts";
import type { Waiting } from "@/features/datasets/waiting";

export type AttentionItem =
  | { kind: "disk"; state: Exclude<Disk["state"], "enough">; disk: Disk }
  | { kind: "dead"; letter: DeadLetter }
  | { kind: "parked"; parked: Parked }
  | { kind: "rejected"; count: number }
  | { kind: "waiting"; what: keyof Waiting; dataset: Dataset; count: number }
  | { kind: "suggested"; dataset: Dataset; count: number }
  | { kind: "hold"; dataset: Dataset; count: number }
  | { kind: "run"; run: Run };

interface AttentionSources {
  datasets?: readonly Dataset[];
  /** The datasets in which the person may judge. */
  judged?: readonly Dataset[];
  runs?: readonly Run[];
  dead?: readonly DeadLetter[];
  parked?: readonly Parked[];
  rejected?: number;
  /** The disk of one machine; none on AWS. */
  disk?: Disk | null;
  /** The open items by dataset that the person may work on. */
  waiting?: ReadonlyMap<string, Partial<Waiting>>;
}

const WAITING_ORDER = [
  "returned",
  "agreement",
  "review",
  "readjudication",
] as const satisfies readonly (keyof Waiting)[];
const RECENT_MS = 24 * 3600 * 1000;

function diskItems(disk: Disk | null | undefined): AttentionItem[] {
  return disk && disk.state !== "enough" ? [{ kind: "disk", state: disk.state, disk }] : [];
}

export function attentionItems(
  {
    datasets = [],
    judged = datasets,
    runs = [],
    dead = [],
    parked = [],
    rejected = 0,
    disk,
    waiting = new Map(),
  }: AttentionSources,
  now = Date.now(),
): AttentionItem[] {
  const isReplaced = (run: Run) =>
    runs.some((other) => other.dataset_id === run.dataset_id && other.requested_at > run.requested_at);
  const deadSubjects = new Set(dead.map(({ subject }) => subject));
  const failed = runs.filter((run) => run.status === "failed" && !isReplaced(run) && !deadSubjects.has(run.run_id));
  const going = runs.filter((run) => run.status === "running" || run.status === "queued");
  const finished = runs
    .filter((run) => run.status === "succeeded" && now - Date.parse(run.finished_at ?? "") < RECENT_MS)
    .slice(0, 3);
  const held = (dataset: Dataset) =>
    Object.keys(dataset.counts).reduce((all, split) => all + countsIn(dataset, split).HOLD, 0);
  const waitingItems = (what: keyof Waiting) =>
    datasets.flatMap((dataset): AttentionItem[] => {
      const count = waiting.get(dataset.dataset_id)?.[what] ?? 0;
      return count ? [{ kind: "waiting", what, dataset, count }] : [];
    });
  return [
    ...diskItems(disk),
    ...dead.map((letter): AttentionItem => ({ kind: "dead", letter })),
    ...parked.map((one): AttentionItem => ({ kind: "parked", parked: one })),
    ...(rejected ? [{ kind: "rejected", count: rejected } as const] : []),
    ...failed.map((run): AttentionItem => ({ kind: "run", run })),
    ...WAITING_ORDER.flatMap(waitingItems),
    ...judged
      .filter(({ suggested }) => suggested)
      .map((dataset): AttentionItem => ({ kind: "suggested", dataset, count: dataset.suggested })),
    ...judged.filter(held).map((dataset): AttentionItem => ({ kind: "hold", dataset, count: held(dataset) })),
    ...going.map((run): AttentionItem => ({ kind: "run", run })),
    ...finished.map((run): AttentionItem => ({ kind: "run", run })),
  ];
}
