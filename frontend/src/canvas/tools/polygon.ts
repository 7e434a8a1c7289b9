// Draws polygons corner by corner. A press at the first or last corner, or a double one, closes it.
import { distance } from "../geometry/shapes";
import type { KeyInput, Point } from "../types";
import { drawShape, type Draft, type Press, type Tool, type ToolContext } from "./tool";

export class PolygonTool implements Tool {
  readonly name = "polygon";
  readonly pointer = "crosshair";
  private corners: Point[] = [];
  private next: Point | undefined;
  private closes = false;

  constructor(private readonly context: ToolContext) {}

  get drafts(): readonly Draft[] {
    if (!this.corners.length) return [];
    const points = this.next && !this.closes ? [...this.corners, this.next] : this.corners;
    return [{ kind: "path", points, colour: this.context.drawn_as.colour, closes: this.closes }];
  }

  press(press: Press): undefined {
    if (this.corners.length >= 2 && (press.double || this.isAtEnd(press))) this.close();
    else if (!press.double) this.corners.push(press.at);
  }

  move(press: Press): void {
    this.next = press.at;
    this.closes = this.corners.length > 2 && distance(this.corners[0]!, press.at) <= press.reach;
  }

  key({ key }: KeyInput): boolean {
    if (key !== "Backspace" || !this.corners.length) return false;
    this.corners.pop();
    return true;
  }

  cancel(): boolean {
    const was = this.corners.length > 0;
    this.corners = [];
    this.next = undefined;
    this.closes = false;
    return was;
  }

  private isAtEnd({ at, reach }: Press): boolean {
    return [this.corners[0]!, this.corners.at(-1)!].some((corner) => distance(corner, at) <= reach);
  }

  private close(): void {
    const points = this.corners;
    this.cancel();
    drawShape(this.context, { kind: "polygon", points });
  }
}
