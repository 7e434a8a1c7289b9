// Draws shapes: those of people solid, proposals dashed and dimmed, only outlines where there are very many.
import { pathAt } from "./drawnShape";
import type { Paper } from "./layer";
import type { Palette } from "../palette";
import type { Shape } from "../types";

/** Above this many shapes in sight, only outlines are drawn. */
const FILLED_UP_TO = 1_500;
/** Up to this many shapes in sight, outlines have a dark border that shows them on bright pictures. */
const BORDERED_UP_TO = 120;
const LINE = 2;
const BORDER = 4;
export const DASH: readonly number[] = [6, 4];
const PROPOSAL_ALPHA = 0.75;
const FILL_ALPHA = { box: 0.13, polygon: 0.13, mask: 0.45 } as const;

export class ShapePainter {
  constructor(private readonly palette: Palette) {}

  paint(paper: Paper, shapes: readonly Shape[]): void {
    const people = shapes.filter(({ proposal }) => !proposal);
    const proposals = shapes.filter(({ proposal }) => proposal);
    if (shapes.length <= FILLED_UP_TO) this.fill(paper, shapes);
    if (shapes.length <= BORDERED_UP_TO) this.border(paper, shapes);
    paper.context.lineWidth = (LINE * paper.ratio) / paper.scale;
    this.outline(paper, people);
    paper.context.globalAlpha = PROPOSAL_ALPHA;
    paper.context.setLineDash(DASH.map((length) => (length * paper.ratio) / paper.scale));
    this.outline(paper, proposals);
    paper.context.setLineDash([]);
    paper.context.globalAlpha = 1;
  }

  private fill({ context, scale }: Paper, shapes: readonly Shape[]): void {
    for (const { geometry, colour, proposal } of shapes) {
      const alpha = FILL_ALPHA[geometry.kind];
      if (proposal && geometry.kind !== "mask") continue;
      context.globalAlpha = proposal ? alpha / 2 : alpha;
      context.fillStyle = this.palette.of(colour);
      if (geometry.kind === "box") context.fillRect(...geometry.box);
      else context.fill(pathAt(geometry, scale));
    }
    context.globalAlpha = 1;
  }

  private border(paper: Paper, shapes: readonly Shape[]): void {
    const { context, ratio, scale } = paper;
    context.lineWidth = (BORDER * ratio) / scale;
    context.strokeStyle = "rgb(0 0 0 / 0.45)";
    for (const shape of shapes) stroke(paper, shape);
  }

  private outline(paper: Paper, shapes: readonly Shape[]): void {
    for (const shape of shapes) {
      paper.context.strokeStyle = this.palette.of(shape.colour);
      stroke(paper, shape);
    }
  }
}

function stroke({ context, scale }: Paper, { geometry }: Shape): void {
  if (geometry.kind === "box") context.strokeRect(...geometry.box);
  else context.stroke(pathAt(geometry, scale));
}
