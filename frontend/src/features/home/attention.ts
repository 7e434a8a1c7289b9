// Lists the items that wait for a person, most urgent first. Pure.
import { LEAST_LABELS } from "@/api/leastLabels";
import type { Dataset, DeadLetter, Disk, Parked, Run } from "@/api/types";
import { countsIn, total } from "@/features/datasets/counts";
import type { Waiting } from "@/features/datasets/waiting";

type WaitingKind = keyof Waiting;

export type AttentionItem =
  | { kind: "disk"; state: Exclude<Disk["state"], "enough">; disk: Disk }
  | { kind: "dead"; letter: DeadLetter }
  | { kind: "parked"; parked: Parked }
  | { kind: "rejected"; count: number }
  | { kind: "waiting"; what: WaitingKind; dataset: Dataset; count: number }
  | { kind: "suggested"; dataset: Dataset; count: number }
  | { kind: "unjudged"; dataset: Dataset; count: number }
  | { kind: "finished"; dataset: Dataset; ask: string | null }
  | { kind: "audit" }
  | { kind: "hold"; dataset: Dataset; count: number }
  | { kind: "run"; run: Run; dataset: string };

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
  /** Return whom to ask for a run of the dataset; null when the person may start it. */
  askForRun?: (dataset: Dataset) => string | null;
  /** The person checks the history. */
  audits?: boolean;
  /** The open items by dataset that the person may work on. */
  waiting?: ReadonlyMap<string, Partial<Waiting>>;
}

const WAITING_ORDER = ["returned", "agreement", "review", "readjudication"] as const satisfies readonly WaitingKind[];
const RECENT_MS = 24 * 3600 * 1000;

function diskItems(disk: Disk | null | undefined): AttentionItem[] {
  return disk && disk.state !== "enough" ? [{ kind: "disk", state: disk.state, disk }] : [];
}

/** Return true when the images that were to be judged are judged, and no run has learnt from them yet. */
export function isReadyForRun(dataset: Dataset, runs: readonly Run[]): boolean {
  const { OK, NG, unlabelled } = total(dataset);
  const own = runs.filter(({ dataset_id }) => dataset_id === dataset.dataset_id);
  const isEnough = Object.values(LEAST_LABELS).some((least) => OK >= least.OK && NG >= least.NG);
  if (dataset.suggested || !isEnough || (!own.length && unlabelled)) return false;
  return own.every(
    (run) => run.status !== "running" && run.status !== "queued" && run.dataset_version < dataset.version,
  );
}

/** The images that wait to be judged, by suggestion or not, and the datasets where that is done. */
function judgingItems(
  judged: readonly Dataset[],
  runs: readonly Run[],
  askForRun: (dataset: Dataset) => string | null,
): AttentionItem[] {
  const unjudged = (dataset: Dataset) => total(dataset).unlabelled;
  return [
    ...judged
      .filter(({ suggested }) => suggested)
      .map((dataset): AttentionItem => ({ kind: "suggested", dataset, count: dataset.suggested })),
    ...judged
      .filter((dataset) => unjudged(dataset) > dataset.suggested)
      .map((dataset): AttentionItem => ({ kind: "unjudged", dataset, count: unjudged(dataset) })),
    ...judged
      .filter((dataset) => isReadyForRun(dataset, runs))
      .map((dataset): AttentionItem => ({ kind: "finished", dataset, ask: askForRun(dataset) })),
  ];
}

/** The runs that failed and were not asked for again, those under way, and those that finished a short time ago. */
function runItems({ datasets = [], runs = [], dead = [] }: AttentionSources, now: number) {
  const names = new Map(datasets.map(({ dataset_id, name }) => [dataset_id, name]));
  const isReplaced = (run: Run) =>
    runs.some((other) => other.dataset_id === run.dataset_id && other.requested_at > run.requested_at);
  const deadSubjects = new Set(dead.map(({ subject }) => subject));
  const failed = runs.filter((run) => run.status === "failed" && !isReplaced(run) && !deadSubjects.has(run.run_id));
  const going = runs.filter((run) => run.status === "running" || run.status === "queued");
  const finished = runs
    .filter((run) => run.status === "succeeded" && now - Date.parse(run.finished_at ?? "") < RECENT_MS)
    .slice(0, 3);
  const items = (some: readonly Run[]) =>
    some.map((run): AttentionItem => ({ kind: "run", run, dataset: names.get(run.dataset_id) ?? run.dataset_id }));
  return { failed: items(failed), going: items(going), finished: items(finished) };
}

function stuckItems({ disk, dead = [], parked = [], rejected = 0 }: AttentionSources): AttentionItem[] {
  return [
    ...diskItems(disk),
    ...dead.map((letter): AttentionItem => ({ kind: "dead", letter })),
    ...parked.map((one): AttentionItem => ({ kind: "parked", parked: one })),
    ...(rejected ? [{ kind: "rejected", count: rejected } as const] : []),
  ];
}

function waitingItems({ datasets = [], waiting = new Map() }: AttentionSources): AttentionItem[] {
  return WAITING_ORDER.flatMap((what) =>
    datasets.flatMap((dataset): AttentionItem[] => {
      const { [what]: count = 0 } = waiting.get(dataset.dataset_id) ?? {};
      return count ? [{ kind: "waiting", what, dataset, count }] : [];
    }),
  );
}

export function attentionItems(sources: AttentionSources, now = Date.now()): AttentionItem[] {
  const { datasets = [], judged = datasets, runs = [], askForRun = () => null, audits = false } = sources;
  const { failed, going, finished } = runItems(sources, now);
  const held = (dataset: Dataset) =>
    Object.keys(dataset.counts).reduce((all, split) => all + countsIn(dataset, split).HOLD, 0);
  return [
    ...stuckItems(sources),
    ...failed,
    ...waitingItems(sources),
    ...judgingItems(judged, runs, askForRun),
    ...judged.filter(held).map((dataset): AttentionItem => ({ kind: "hold", dataset, count: held(dataset) })),
    ...going,
    ...finished,
    ...(audits ? [{ kind: "audit" } as const] : []),
  ];
}
