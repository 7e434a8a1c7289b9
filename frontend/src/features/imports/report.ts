// The report of an import: the outcome of every image, by id or path. A step that is repeated counts nothing twice.
import type { LabelOutcome, RegisteredImage } from "@/api/types";
import type { Reason } from "./planTexts";
import type { Rejected } from "./prepare";

export interface Report {
  batch_id: string;
  version: number;
  taken: Set<string>;
  known: Set<string>;
  judged: Set<string>;
  already_judged: Set<string>;
  split: Set<string>;
  /** Known images whose capture conditions were corrected. */
  corrected: Set<string>;
  /** Names of new classes. */
  classes: Set<string>;
  /** Paths of images of which a shape was cut off. */
  clipped: Set<string>;
  /** Path → reason. */
  rejected: Map<string, Reason>;
}

/** A file, and what the reader is told about it. */
export interface FileNote {
  file: string;
  note: string;
}

type PathOf = (image_id: string) => string;

export function newReport(batch_id: string, rejected: readonly Rejected[]): Report {
  return {
    batch_id,
    version: 0,
    taken: new Set(),
    known: new Set(),
    judged: new Set(),
    already_judged: new Set(),
    split: new Set(),
    corrected: new Set(),
    classes: new Set(),
    clipped: new Set(),
    rejected: new Map(rejected.map(({ file, reason }) => [file, reason])),
  };
}

export function addRegistered(report: Report, items: readonly RegisteredImage[], pathOf: PathOf): void {
  for (const { digest, outcome, detail } of items) {
    if (outcome === "registered") report.taken.add(digest);
    if (outcome === "known" && !report.taken.has(digest)) report.known.add(digest);
    if (outcome === "rejected") report.rejected.set(pathOf(digest), detail);
  }
}

export function addLabels(report: Report, items: readonly LabelOutcome[], pathOf: PathOf): void {
  for (const { image_id, outcome, detail, parts, clipped, split } of items) {
    if (outcome === "judged") report.judged.add(image_id);
    if (outcome === "already_judged" && !report.judged.has(image_id)) report.already_judged.add(image_id);
    if (outcome === "rejected") report.rejected.set(pathOf(image_id), parts.length ? parts : detail);
    if (clipped) report.clipped.add(pathOf(image_id));
    if (split) report.split.add(image_id);
  }
}

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

/** Return notes on rejected and clipped files as CSV; the mark at its start tells spreadsheets that it is UTF-8. */
export function csvOf({ rejected, clipped }: Record<"rejected" | "clipped", readonly FileNote[]>): string {
  const rows = [
    ["file", "outcome", "reason"],
    ...rejected.map(({ file, note }) => [file, "rejected", note]),
    ...clipped.map(({ file, note }) => [file, "clipped", note]),
  ];
  return `\ufeff${rows.map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
}
