// Groups the commits of a stream into entries: the commits of one batch are one entry. Pure.
import type { LocationQuery, LocationQueryValue } from "vue-router";
import type { Change } from "@/api/types";
import { isDay, momentOf } from "@/ui/siteZone";

export interface Entry {
  first: number;
  last: number;
  at: string;
  clock: string | undefined;
  actor: string;
  reason: string;
  events: [type: string, count: number][];
  /** The first images that it changed, each with its newest verdict. */
  images: Change["images"];
  commits: number;
}

/** The images that an entry names. */
const MOST_NAMED = 3;

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
  const images = new Map(
    group
      .flatMap((one) => one.images ?? [])
      .map((image) => [image.image_id, image] as const)
      .reverse(),
  );
  const reasons = new Set(group.map(({ reason }) => reason));
  return {
    first: oldest.first,
    last: newest.last,
    at: newest.recorded_at,
    clock: newest.clock ?? undefined,
    actor: newest.actor,
    reason: reasons.size === 1 ? newest.reason : "",
    events: [...events],
    images: [...images.values()].reverse().slice(0, MOST_NAMED),
    commits: group.length,
  };
}

/** A change of judgements tells the verdict of its images. */
export const isJudged = ({ events }: Entry): boolean =>
  events.some(([type]) => type.startsWith("Annotation") || type === "ChangeReverted");

/** The kinds of changes of a dataset, for a filter. */
export const KINDS = [
  "AnnotationSubmitted",
  "AnnotationReviewed",
  "AnnotationWithdrawn",
  "ImageRegistered",
  "ImageExcluded",
  "ImageRestored",
  "ImageErased",
  "SplitAssigned",
  "GroupAssigned",
  "CaptureCorrected",
  "CandidatesSuggested",
  "CandidateDismissed",
  "ChangeReverted",
  "FieldReturnReported",
  "ReadjudicationRequested",
  "AgreementTaskOpened",
  "BlindJudgementSubmitted",
  "AgreementTaskClosed",
  "VersionTagged",
  "WindowSet",
  "WindowRemoved",
  "RegionOfInterestSet",
  "ScaleSet",
  "ScaleRemoved",
  "GroupingSet",
  "DatasetCreated",
] as const;

/** A filter of the timeline, as in the address: a person, a kind, and days in the time zone of the site. */
export interface TimelineFilter {
  person?: string | undefined;
  event?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

const dayAfter = (day: string) => new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);

type Asked = LocationQueryValue | LocationQueryValue[] | undefined;
const text = (value: Asked) => (typeof value === "string" && value ? value : undefined);
const known = (value: Asked, isOne: (value: string) => boolean) => {
  const asked = text(value);
  return asked !== undefined && isOne(asked) ? asked : undefined;
};

/** Return the filter of an address. Kinds and days that cannot be are left out. */
export const timelineFilterFrom = ({ person, event, since, until }: LocationQuery): TimelineFilter => ({
  person: text(person),
  event: known(event, (kind) => (KINDS as readonly string[]).includes(kind)),
  since: known(since, isDay),
  until: known(until, isDay),
});

/** Return the versions to compare of an address, the older one first; null without two numbers. */
export function pairFrom(query: LocationQuery): { from: number; to: number } | null {
  const [one, other] = [query.from, query.to].map((value) => (text(value) ? Number(value) : NaN)) as [number, number];
  return Number.isInteger(one + other) ? { from: Math.min(one, other), to: Math.max(one, other) } : null;
}

/** Return the filter as the API takes it. `until` is a day that is still shown. */
export function filterQuery({ person, event, since, until }: TimelineFilter, zone: string) {
  const start = (day: string) => momentOf(`${day}T00:00:00`, zone).toISOString();
  return {
    actor: person,
    event,
    since: since ? start(since) : undefined,
    until: until ? start(dayAfter(until)) : undefined,
  };
}

/** A change of images can be undone. A tag, a window, a request, a report or an erasure cannot. */
const CHANGES_NO_IMAGE = new Set([
  "DatasetCreated",
  "VersionTagged",
  "WindowSet",
  "WindowRemoved",
  "RegionOfInterestSet",
  "ScaleSet",
  "ScaleRemoved",
  "GroupingSet",
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
