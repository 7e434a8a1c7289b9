// How the links of a decision chain are told. Pure.
import type { ChainLink, Verdict } from "@/api/types";
import { VERDICTS } from "@/api/types";

export type Tone = "ok" | "ng" | "hold" | "accent" | "plain";

const TONES = { OK: "ok", NG: "ng", HOLD: "hold" } as const satisfies Record<Verdict, Tone>;

export const asVerdict = (value: string | null | undefined): Verdict | null =>
  VERDICTS.find((verdict) => verdict === value) ?? null;

/** The link says a verdict: it stands as a mark, not as a word. */
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
  "excluded",
  "restored",
  "reverted",
];

/** What a person decided about this image can be undone; what a run or a model did cannot. */
export function canBeUndone({ kind, version }: ChainLink): boolean {
  return version != null && DONE_BY_A_VERSION.includes(kind);
}
