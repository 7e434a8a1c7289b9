// Binds the keys of the annotate screen. The canvas takes its own keys first, while it has the focus.
import { useKeys } from "@/app/useKeys";
import type { Verdict } from "@/api/types";
import type { ToolName } from "@/canvas";
import { actionOf, TOOLS } from "./tools";

interface Verbs {
  decide(verdict: Verdict): void;
  askReason(): void;
  chooseByKey(key: string): void;
  use(tool: ToolName): void;
  undo(): void;
  redo(): void;
  step(by: number): void;
  fit(): void;
  shapes(): void;
  map(): void;
  previousMap(): void;
  flicker(): void;
  nextSample(): void;
  accept(): void;
  leave(): void;
}

export function useAnnotateKeys(verbs: Verbs): void {
  const tools = Object.fromEntries(TOOLS.map((tool) => [actionOf(tool), () => verbs.use(tool)]));
  useKeys("annotate", {
    ...tools,
    ok: () => verbs.decide("OK"),
    ng: () => verbs.decide("NG"),
    hold: () => verbs.decide("HOLD"),
    with_reason: verbs.askReason,
    mark_class: ({ key }) => verbs.chooseByKey(key),
    undo: verbs.undo,
    redo: verbs.redo,
    previous_image: () => verbs.step(-1),
    next_image: () => verbs.step(1),
    fit: verbs.fit,
    shapes: verbs.shapes,
    map: verbs.map,
    previous_map: verbs.previousMap,
    flicker: verbs.flicker,
    next_sample: verbs.nextSample,
    accept_proposal: verbs.accept,
    leave: verbs.leave,
  });
}
