// Groups the commits of a stream into entries: the commits of one batch are one entry. Pure.
import type { Change } from "@/api/types";

export interface Entry {
  first: number;
  last: number;
  at: string;
  clock: string | undefined;
  actor: string;
  reason: string;
  events: [type: string, count: number][];
  commits: number;
}

/** Group neighbours of one batch; the newest comes first. */
export function entries(changes: readonly Change[]): Entry[] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const group = groups.at(-1);
    if (group && change.batch_id !== null && group[0]!.batch_id === change.batch_id) group.push(change);
    else groups.push([change]);
  }
  return groups.map(entry);
}

function entry(group: Change[]): Entry {
  const [newest, oldest] = [group[0]!, group.at(-1)!];
  const events = new Map<string, number>();
  for (const { events: counts } of group)
    for (const [type, count] of Object.entries(counts)) events.set(type, (events.get(type) ?? 0) + count);
  const reasons = new Set(group.map(({ reason }) => reason));
  return {
    first: oldest.first,
    last: newest.last,
    at: newest.recorded_at,
    clock: newest.clock ?? undefined,
    actor: newest.actor,
    reason: reasons.size === 1 ? newest.reason : "",
    events: [...events],
    commits: group.length,
  };
}

/** A change of images can be undone. A tag, a window, a request, a report or an erasure cannot. */
const CHANGES_NO_IMAGE = new Set([
  "DatasetCreated",
  "VersionTagged",
  "WindowSet",
  "RegionOfInterestSet",
  "CandidatesSuggested",
  "CandidateDismissed",
  "ReadjudicationRequested",
  "AgreementTaskOpened",
  "BlindJudgementSubmitted",
  "AgreementTaskClosed",
  "FieldReturnReported",
  "ImageErased",
]);

export const canBeUndone = ({ events }: Entry): boolean =>
  events.some(([type]) => !CHANGES_NO_IMAGE.has(type.split("@")[0]!));
