// The proposals of a model: the regions of its map that no mark covers yet and nobody has rejected. Pure.
import type { Prediction } from "@/api/types";
import type { Box, ChangeSet, Geometry, Shape, ShapeClass } from "@/canvas";
import { boundsOf } from "@/canvas/geometry/shapes";

/** Share of both areas from which a mark stands for the region. */
const COVERED = 0.3;

type Region = NonNullable<Prediction["regions"]>[number];

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

/** Return the proposals in the order of the regions. `covered`: geometries of marks and of rejected proposals. */
export function proposalsOf(
  regions: readonly Region[],
  covered: readonly Geometry[],
  classOf: (class_id: string | null | undefined) => ShapeClass,
  newId: () => string,
): Proposal[] {
  const bounds = covered.map(boundsOf);
  return regions.flatMap((region) => {
    const box = region.box as unknown as Box;
    if (bounds.some((one) => overlap(one, box) >= COVERED)) return [];
    const shape = { id: newId(), geometry: { kind: "box", box }, proposal: true, ...classOf(region.class_id) } as const;
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
