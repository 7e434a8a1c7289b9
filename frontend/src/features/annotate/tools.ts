// The tools of the annotate screen in their order, each with the action of the key registry that chooses it.
import type { ToolName } from "@/canvas";
import { type Action, BINDINGS } from "@/app/keys";

export const TOOLS = ["select", "box", "polygon", "brush", "eraser", "similar", "assist", "measure", "pan"] as const;
/** The tools that change no mark. */
const LOOKING: readonly ToolName[] = ["select", "measure", "pan"];

export const actionOf = (tool: (typeof TOOLS)[number]): Action => `tool_${tool}`;

export const keyOf = (tool: (typeof TOOLS)[number]): string =>
  BINDINGS.find(({ action }) => action === actionOf(tool))!.keys[0].toUpperCase();

export const isAllowed = (tool: ToolName, fixed: boolean): boolean => !fixed || LOOKING.includes(tool);
