// The proposals of a model: the regions of its map that no mark covers yet and nobody has rejected. Pure.
// A region is proposed by its pixels where they are known, else by its box.
import type { Prediction } from "@/api/types";
import type { Box, ChangeSet, Geometry, Mask, Shape, ShapeClass } from "@/canvas";
import { boundsOf } from "@/canvas/geometry/shapes";

/** Share of both areas from which a mark stands for the region. */
const COVERED = 0.3;

export type Region = NonNullable<Prediction["regions"]>[number];

/** A region of a map, with its pixels where the model tells them. */
export interface Proposable {
  region: Region;
  mask: Mask | null;
}

export interface Proposal {
  shape: Shape;
  region: Region;
}

/** Return the shared part of two boxes over the part that either has. */
export function overlap([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box): number {
  const width = Math.min(ax + aw, bx + bw) - Math.max(ax, bx);
  const height = Math.min(ay + ah, by + bh) - Math.max(ay, by);
  const both = width > 0 && height > 0 ? width * height : 0;
  return both ? both / (aw * ah + bw * bh - both) : 0;
}

const geometryOf = ({ region, mask }: Proposable): Geometry =>
  mask ? { kind: "mask", mask } : { kind: "box", box: region.box as unknown as Box };

/** Return the proposals in the order of the regions. `covered`: geometries of marks and of rejected proposals. */
export function proposalsOf(
  proposable: readonly Proposable[],
  covered: readonly Geometry[],
  classOf: (class_id: string | null | undefined) => ShapeClass,
  newId: () => string,
): Proposal[] {
  const bounds = covered.map(boundsOf);
  return proposable.flatMap((one) => {
    const { region } = one;
    if (bounds.some((other) => overlap(other, region.box as unknown as Box) >= COVERED)) return [];
    const shape = { id: newId(), geometry: geometryOf(one), proposal: true, ...classOf(region.class_id) } as const;
    return [{ shape, region }];
  });
}

/** Return the ids of the proposals that are still open after a gesture, also one that was undone. */
export function openAfter(open: ReadonlySet<string>, { changes }: ChangeSet): ReadonlySet<string> {
  const now = new Set(open);
  for (const { before, after } of changes) {
    if (before?.proposal) now.delete(before.id);
    if (after?.proposal) now.add(after.id);
  }
  return now;
}
