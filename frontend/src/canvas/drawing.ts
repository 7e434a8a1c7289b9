// The shapes of one picture in the order of drawing: found by place, changed by change sets, selected by id.
import { SpatialGrid } from "./geometry/grid";
import { areaOf, boundsOf, isNear } from "./geometry/shapes";
import type { Box, ChangeSet, Point, Shape, Size } from "./types";

export class Drawing {
  private shapes = new Map<string, Shape>();
  private grid: SpatialGrid;
  private given = 0;

  constructor(public readonly size: Size) {
    this.grid = new SpatialGrid(size);
  }

  get all(): readonly Shape[] {
    return [...this.shapes.values()];
  }

  replace(shapes: readonly Shape[]): void {
    this.shapes = new Map();
    this.grid = new SpatialGrid(this.size);
    shapes.forEach((shape) => this.put(shape));
  }

  get(id: string): Shape | undefined {
    return this.shapes.get(id);
  }

  /** Return an id that no shape has. */
  newId(): string {
    do this.given++;
    while (this.shapes.has(`drawn-${this.given}`));
    return `drawn-${this.given}`;
  }

  apply({ changes }: ChangeSet): void {
    for (const { before, after } of changes) {
      if (after) this.put(after);
      else if (before) this.remove(before.id);
    }
  }

  /** Return the shapes whose bounds meet a box, in the order of drawing. */
  meeting(box: Box): Shape[] {
    const ids = new Set(this.grid.meeting(box));
    return ids.size === this.shapes.size ? [...this.all] : this.all.filter(({ id }) => ids.has(id));
  }

  /** Return the smallest shape at a place, so that one inside another can be reached. */
  at(place: Point, reach: number): Shape | undefined {
    const [x, y] = place;
    const near = this.meeting([x - reach, y - reach, 2 * reach, 2 * reach]);
    return near
      .filter(({ geometry }) => isNear(geometry, place, reach))
      .reduce<Shape | undefined>(
        (best, shape) => (best && areaOf(best.geometry) < areaOf(shape.geometry) ? best : shape),
        undefined,
      );
  }

  private put(shape: Shape): void {
    this.shapes.set(shape.id, shape);
    this.grid.add(shape.id, boundsOf(shape.geometry));
  }

  private remove(id: string): void {
    this.shapes.delete(id);
    this.grid.remove(id);
  }
}
