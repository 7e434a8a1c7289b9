// What the tools of a canvas need from its parts: masks of strokes, regions around a press, and a voice.
import type { Editor } from "./editor";
import type { Listeners } from "./events";
import { maskArea } from "./geometry/masks";
import type { PicturePixels } from "./pixels/picturePixels";
import type { Stage } from "./stage";
import type { Brush, Stroke } from "./tools/brush";
import type { RegionSource } from "./tools/region";
import type { ToolNeeds } from "./tools/toolbox";
import type { Mask, Point } from "./types";

export interface CanvasParts {
  readonly editor: Editor;
  readonly stage: Stage;
  readonly pixels: PicturePixels;
  readonly listeners: Listeners;
  readonly brush: Brush;
  readonly measured: (line: { from: Point; to: Point } | null) => void;
}

export function toolNeeds(parts: CanvasParts): ToolNeeds {
  const { editor, brush, measured } = parts;
  return {
    brush,
    measured,
    paint: (stroke) => withMask(parts, stroke, (mask) => editor.paint(mask)),
    erase: (stroke) => withMask(parts, stroke, (mask) => editor.erase(mask)),
    regions: regionsOf(parts),
  };
}

/** Call back with the mask of a stroke, unless another picture is shown by then. */
async function withMask({ editor, pixels, stage }: CanvasParts, stroke: Stroke, take: (mask: Mask) => void) {
  const { turn, size } = editor;
  const mask = await pixels.strokeMask(size, stroke);
  if (turn === editor.turn) take(mask);
  stage.request();
}

const regionsOf = ({ editor, pixels, stage, listeners }: CanvasParts): RegionSource => ({
  async grow(at, along) {
    const { source, area } = stage;
    if (!source) return undefined;
    return pixels.grow({ source, size: editor.size }, area, { at, along });
  },
  tell(found) {
    listeners.tell("found", found && { pixels: maskArea(found.mask), tolerance: found.tolerance });
    stage.request();
  },
});
