// The outline of a mask: rings of corners along the edges of its pixels. Pure.
import { eachRow } from "./masks";
import type { Mask, Point } from "../types";

/** The pixel edges that leave a corner, each by the corner where it ends. */
type Edges = Map<number, number[]>;

/** Return the rings around a mask: outer ones clockwise, holes the other way. Corners in a straight line are left out. */
export function outlineOf(mask: Mask): Point[][] {
  const edges = edgesOf(mask);
  const across = mask.width + 1;
  const rings: Point[][] = [];
  for (const start of edges.keys()) {
    while (edges.get(start)?.length) rings.push(straightened(walk(edges, start), across));
  }
  return rings;
}

function edgesOf(mask: Mask): Edges {
  const rows = new Map<number, [number, number][]>();
  eachRow(mask, (y, from, to) => void (rows.get(y)?.push([from, to]) ?? rows.set(y, [[from, to]])));
  const [edges, across]: [Edges, number] = [new Map(), mask.width + 1];
  const add = (from: number, to: number) => void (edges.get(from)?.push(to) ?? edges.set(from, [to]));
  for (const [y, runs] of rows) {
    for (const [from, to] of runs) {
      add((y + 1) * across + from, y * across + from);
      add(y * across + to, (y + 1) * across + to);
    }
    for (const [from, to] of without(runs, rows.get(y - 1))) add(y * across + from, y * across + to);
    for (const [from, to] of without(runs, rows.get(y + 1))) add((y + 1) * across + to, (y + 1) * across + from);
  }
  return edges;
}

/** Return the parts of runs that the runs of the neighbour row do not cover. */
function without(runs: [number, number][], others: [number, number][] = []): [number, number][] {
  return others.reduce(
    (left, [from, to]) =>
      left.flatMap(([a, b]): [number, number][] =>
        (
          [
            [a, Math.min(b, from)],
            [Math.max(a, to), b],
          ] as [number, number][]
        ).filter(([c, d]) => c < d),
      ),
    runs,
  );
}

function walk(edges: Edges, start: number): number[] {
  const ring = [start];
  for (let at = edges.get(start)!.pop()!; at !== start;) {
    ring.push(at);
    at = edges.get(at)!.pop()!;
  }
  return ring;
}

function straightened(ring: readonly number[], across: number): Point[] {
  const points = ring.map((at): Point => [at % across, Math.floor(at / across)]);
  return points.filter(([x, y], at) => {
    const [ax, ay] = points[(at + points.length - 1) % points.length]!;
    const [bx, by] = points[(at + 1) % points.length]!;
    return (bx - x) * (y - ay) !== (x - ax) * (by - y);
  });
}
