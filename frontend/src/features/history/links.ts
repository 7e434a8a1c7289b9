// The display of the links of a decision chain. Pure.
import type { ChainLink, Verdict } from "@/api/types";
import { VERDICTS } from "@/api/types";

export type Tone = "ok" | "ng" | "hold" | "accent" | "plain";

const TONES = { OK: "ok", NG: "ng", HOLD: "hold" } as const satisfies Record<Verdict, Tone>;

export const asVerdict = (value: string | null | undefined): Verdict | null =>
  VERDICTS.find((verdict) => verdict === value) ?? null;

/** Return true when the link has a verdict, which is shown as a mark. */
export function saysVerdict({ kind, outcome }: ChainLink): boolean {
  return ["judged", "withdrawn", "field_return"].includes(kind) || (kind === "reverted" && outcome === "judged");
}

export function tone(link: ChainLink): Tone {
  if (link.escape) return "ng";
  if (["excluded", "reverted", "withdrawn"].includes(link.kind)) return "hold";
  if (["run", "model"].includes(link.kind)) return "accent";
  const verdict = saysVerdict(link) ? asVerdict(link.becomes) : null;
  return verdict ? TONES[verdict] : "plain";
}

const DONE_BY_A_VERSION = [
  "registered",
  "capture_corrected",
  "judged",
  "withdrawn",
  "reviewed",
  "split",
  "grouped",
  "excluded",
  "restored",
  "reverted",
];

/** A decision of a person about this image can be undone. What a run or a model did cannot. */
export function canBeUndone({ kind, version }: ChainLink): boolean {
  return version != null && DONE_BY_A_VERSION.includes(kind);
}
