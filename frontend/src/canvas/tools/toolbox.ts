// All tools of a canvas, one of each.
import type { Point, ToolName } from "../types";
import { BoxTool } from "./box";
import { type Brush, BrushTool, type Stroke } from "./brush";
import { MeasureTool } from "./measure";
import { PanTool } from "./pan";
import { PolygonTool } from "./polygon";
import { type RegionSource, RegionTool } from "./region";
import { SelectTool } from "./select";
import type { Tool, ToolContext } from "./tool";

export interface ToolNeeds {
  readonly brush: Brush;
  readonly paint: (stroke: Stroke) => Promise<void>;
  readonly erase: (stroke: Stroke) => Promise<void>;
  readonly regions: RegionSource;
  readonly measured: (line: { from: Point; to: Point } | null) => void;
}

export const toolbox = (context: ToolContext, needs: ToolNeeds): Readonly<Record<ToolName, Tool>> => ({
  select: new SelectTool(context),
  box: new BoxTool(context),
  polygon: new PolygonTool(context),
  brush: new BrushTool(context, "brush", needs.brush, needs.paint),
  eraser: new BrushTool(context, "eraser", needs.brush, needs.erase),
  similar: new RegionTool(context, "similar", needs.regions),
  assist: new RegionTool(context, "assist", needs.regions),
  measure: new MeasureTool(context, needs.measured),
  pan: new PanTool(),
});

/** The tools that only look. */
export const LOOKING_TOOLS: readonly ToolName[] = ["select", "measure", "pan"];
