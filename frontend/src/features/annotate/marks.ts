// The marks of an image: its defects with ids, as the canvas shows them and as a judgement says them. Pure.
import type { DrawnDefect, Verdict } from "@/api/types";
import type { ChangeSet, Mask, Shape, ShapeClass, Size } from "@/canvas";
import { geometryOf } from "@/features/gallery/viewer/drawable";

export interface Mark {
  id: string;
  defect: DrawnDefect;
}

export const marksOf = (defects: readonly DrawnDefect[], newId: () => string): Mark[] =>
  defects.map((defect) => ({ id: newId(), defect }));

export const isPlaced = ({ box, polygon, mask, mask_runs }: DrawnDefect): boolean =>
  Boolean(box || polygon || mask || mask_runs);

/** Return the runs of a mask as the API takes them. */
export function countsOf({ width, height, runs }: Mask): number[] {
  const ends = [...runs, width * height];
  return ends.map((end, index) => end - (ends[index - 1] ?? 0)).filter((count, index) => count || index < runs.length);
}

/** Return the shapes that the canvas can draw. `masks`: the stored ones by their digests. */
export function shapesOf(
  marks: readonly Mark[],
  size: Size,
  masks: ReadonlyMap<string, Mask>,
  classOf: (class_id: string) => ShapeClass,
): Shape[] {
  return marks.flatMap(({ id, defect }) => {
    const geometry = geometryOf(defect, size, masks);
    return geometry ? [{ id, geometry, ...classOf(defect.class_id) }] : [];
  });
}

export function defectOf({ class_id, geometry }: Pick<Shape, "class_id" | "geometry">): DrawnDefect {
  const none = { class_id, box: null, polygon: null, mask: null };
  switch (geometry.kind) {
    case "box":
      return { ...none, box: [...geometry.box] };
    case "polygon":
      return { ...none, polygon: geometry.points.map((point) => [...point]) };
    case "mask":
      return { ...none, mask_runs: countsOf(geometry.mask) };
  }
}

/** Return the marks after a gesture on the canvas. What it left as it was stays exactly as somebody said it.
 * A proposal is no mark. */
export function marksAfter(marks: readonly Mark[], { changes }: ChangeSet): Mark[] {
  return changes.reduce<Mark[]>(
    (now, { before, after }) => {
      if (!after || after.proposal) return now.filter(({ id }) => id !== before?.id);
      const known = now.find(({ id }) => id === after.id);
      if (!known) return [...now, { id: after.id, defect: defectOf(after) }];
      const moved = before?.geometry !== after.geometry;
      const defect = moved ? defectOf(after) : { ...known.defect, class_id: after.class_id };
      return now.map((mark) => (mark === known ? { ...mark, defect } : mark));
    },
    [...marks],
  );
}

/** Return the defects that the marks say: one without a place counts only while its class has none with a place. */
export function defectsOf(marks: readonly Mark[]): DrawnDefect[] {
  const placed = new Set(marks.filter(({ defect }) => isPlaced(defect)).map(({ defect }) => defect.class_id));
  return marks.map(({ defect }) => defect).filter((defect) => isPlaced(defect) || !placed.has(defect.class_id));
}

/** Return the verdict of an image with these defects: NG, unless a person holds it; without defects, what was stated. */
export function verdictOf(stated: Verdict | null, defects: readonly DrawnDefect[]): Verdict | null {
  if (!defects.length) return stated;
  return stated === "HOLD" ? "HOLD" : "NG";
}

const places = ({ class_id, box, polygon }: DrawnDefect) => JSON.stringify([class_id, box ?? null, polygon ?? null]);

/** Return true when the stored defect is the drawn one. A mask that was drawn has its digest once it is stored. */
function isStored(drawn: DrawnDefect, stored: DrawnDefect): boolean {
  if (places(drawn) !== places(stored)) return false;
  if (drawn.mask_runs)
    return stored.mask_runs ? drawn.mask_runs.join() === stored.mask_runs.join() : Boolean(stored.mask);
  return (drawn.mask ?? null) === (stored.mask ?? null) && !stored.mask_runs;
}

export const isSame = (drawn: readonly DrawnDefect[], stored: readonly DrawnDefect[]): boolean =>
  drawn.length === stored.length && drawn.every((defect, index) => isStored(defect, stored[index]!));

/** Return true when nothing was drawn. Pixels that were painted anew are another mask than the stored one. */
export const isUnchanged = (now: readonly DrawnDefect[], before: readonly DrawnDefect[]): boolean =>
  isSame(now, before) && now.every(({ mask_runs }, index) => !mask_runs || Boolean(before[index]!.mask_runs));

/** Return the marks with the digests of the masks that were stored. `stored` are the same defects. */
export function withDigests(marks: readonly Mark[], stored: readonly DrawnDefect[]): Mark[] {
  const drawn = defectsOf(marks);
  return marks.map((mark) => {
    const found = mark.defect.mask_runs ? stored[drawn.indexOf(mark.defect)] : undefined;
    return found?.mask ? { ...mark, defect: found } : mark;
  });
}
