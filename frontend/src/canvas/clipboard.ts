// Copies of shapes: pasted a little beside their originals, inside the picture.
import { movedShape } from "./geometry/reshape";
import type { Change, Shape, Size } from "./types";

/** Picture pixels between an original and its copy, as a share of the picture's width. */
const BESIDE = 0.01;

/** Return the changes that add copies of shapes, each a step beside the one before. */
export function pasted(shapes: readonly Shape[], size: Size, newId: () => string): Change[] {
  const step = Math.max(Math.round(size.width * BESIDE), 4);
  return shapes.map(({ class_id, colour, label, geometry }) => ({
    before: null,
    after: { class_id, colour, label, id: newId(), geometry: movedShape(geometry, step, step, size) },
  }));
}
