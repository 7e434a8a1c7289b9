// A grid over the picture that finds the shapes near a place without looking at all of them.
import type { Box, Size } from "../types";

const CELLS = 32;

export class SpatialGrid {
  private readonly cells: Set<string>[] = Array.from({ length: CELLS * CELLS }, () => new Set<string>());
  private readonly boxes = new Map<string, Box>();

  constructor(private readonly size: Size) {}

  add(id: string, box: Box): void {
    this.remove(id);
    this.boxes.set(id, box);
    for (const cell of this.covered(box)) cell.add(id);
  }

  remove(id: string): void {
    const box = this.boxes.get(id);
    if (!box) return;
    for (const cell of this.covered(box)) cell.delete(id);
    this.boxes.delete(id);
  }

  /** Return the ids whose boxes meet a box. */
  meeting(box: Box): string[] {
    const found = new Set<string>();
    for (const cell of this.covered(box)) for (const id of cell) found.add(id);
    return [...found].filter((id) => doMeet(this.boxes.get(id)!, box));
  }

  private *covered([x, y, width, height]: Box): Generator<Set<string>> {
    const place = (value: number, side: number) => Math.min(Math.max(Math.floor((value / side) * CELLS), 0), CELLS - 1);
    const [left, right] = [place(x, this.size.width), place(x + width, this.size.width)];
    const [top, bottom] = [place(y, this.size.height), place(y + height, this.size.height)];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) yield this.cells[row * CELLS + column]!;
    }
  }
}

const doMeet = ([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box): boolean =>
  ax <= bx + bw && bx <= ax + aw && ay <= by + bh && by <= ay + ah;
