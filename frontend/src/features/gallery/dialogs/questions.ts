// The dialogs that the gallery can open.
import type { Operation } from "@/api/rights";
import type { Image, Verdict } from "@/api/types";

/** A decision that overrides the judgements of these images, and waits for a reason. */
export interface Override {
  override: Image[];
  verdict: Verdict;
  class_id: string | null;
}

export type Question =
  | "reason"
  | "exclude"
  | "restore"
  | "dismiss"
  | "split"
  | "train"
  | "export"
  | "standard"
  | "field_return"
  | "capture"
  | "region"
  | "erase"
  | { undo: number }
  | Override;

/** The operation that a dialog leads to; null for a dialog that only shows something. */
const NEEDS: Record<Exclude<Question, object>, Operation | null> = {
  reason: "submit_annotations",
  exclude: "exclude_images",
  restore: "restore_images",
  dismiss: "dismiss_candidate",
  split: "assign_split",
  train: "request_run",
  export: "ask_for_export",
  standard: null,
  field_return: "report_field_return",
  capture: "correct_capture",
  region: "set_region",
  erase: "erase_images",
};

export function needs(what: Question): Operation | null {
  if (typeof what !== "object") return NEEDS[what];
  return "undo" in what ? "undo" : "submit_annotations";
}
