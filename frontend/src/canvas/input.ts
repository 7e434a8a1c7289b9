// Pointer, wheel, touch and keys on the canvas: presses for the tool, and moves of the view.
import type { Tool } from "./tools/tool";
import type { KeyInput, Point } from "./types";

/** CSS pixels that count as the same place: more for a finger. */
const REACH = 7;
const TOUCH_REACH = 16;
const DOUBLE_MS = 400;
const ZOOM_SPEED = 0.0016;
const LINE_PX = 32;
const MOST_TURN = 240;

export interface InputTarget {
  readonly tool: Tool;
  toPicture(screen: Point): Point;
  reachOf(pixels: number): number;
  pan(dx: number, dy: number): void;
  zoomBy(factor: number, at: Point): void;
  /** The pointer is at a place of the picture; null when it has left. */
  hover(at: Point | null, reach: number): void;
  /** Take a key; false when it means nothing to the canvas. */
  key(key: KeyInput): boolean;
  changed(): void;
}

export class Input {
  /** True while the space bar is down: then a press moves the view. */
  isPanning = false;
  private readonly pointers = new Map<number, Point>();
  private mode: "idle" | "tool" | "pan" | "pinch" = "idle";
  private last: { at: Point; time: number } | undefined;
  private readonly listening = new AbortController();

  constructor(
    private readonly element: HTMLElement,
    private readonly target: InputTarget,
  ) {
    const options = { signal: this.listening.signal };
    element.addEventListener("pointerdown", (event) => this.down(event), options);
    element.addEventListener("pointermove", (event) => this.move(event), options);
    element.addEventListener("pointerup", (event) => this.up(event), options);
    element.addEventListener("pointercancel", (event) => this.cancelled(event), options);
    element.addEventListener("pointerleave", () => this.target.hover(null, 0), options);
    element.addEventListener("wheel", (event) => this.wheel(event), { ...options, passive: false });
    element.addEventListener("keydown", (event) => this.keydown(event), options);
    element.addEventListener("keyup", ({ key }) => key === " " && this.setPanning(false), options);
    element.addEventListener("blur", () => this.setPanning(false), options);
    element.addEventListener("contextmenu", (event) => event.preventDefault(), options);
  }

  close(): void {
    this.listening.abort();
  }

  private down(event: PointerEvent): void {
    if (event.button > 1) return;
    event.preventDefault();
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    const at = this.placeOf(event);
    this.pointers.set(event.pointerId, at);
    if (this.pointers.size === 2) this.pinch();
    else if (this.pointers.size === 1) this.begin(event, at);
    this.target.changed();
  }

  private begin(event: PointerEvent, at: Point): void {
    const double = this.isDouble(at, event.timeStamp);
    this.last = double ? undefined : { at, time: event.timeStamp };
    const pans = this.isPanning || event.button === 1;
    this.mode = pans || this.target.tool.press({ ...this.pressAt(at, event), double }) === "pan" ? "pan" : "tool";
  }

  /** Two fingers move and zoom the view: what the first one began is given up. */
  private pinch(): void {
    if (this.mode === "tool") this.target.tool.cancel?.();
    this.mode = "pinch";
  }

  private move(event: PointerEvent): void {
    const at = this.placeOf(event);
    const press = this.pressAt(at, event);
    this.target.hover(press.at, press.reach);
    const before = this.pointers.get(event.pointerId);
    if (this.mode === "pinch" && before) this.pinched(event.pointerId, before, at);
    else if (this.mode === "pan" && before) this.target.pan(at[0] - before[0], at[1] - before[1]);
    else if (this.mode === "tool" && before) this.moveTool(event);
    else if (this.mode === "idle") this.target.tool.move?.(press);
    if (before) this.pointers.set(event.pointerId, at);
    this.target.changed();
  }

  /** Pass on all places since the last frame, so that a fast stroke stays round. */
  private moveTool(event: PointerEvent): void {
    const all = event.getCoalescedEvents?.() ?? [];
    for (const one of all.length ? all : [event]) this.target.tool.move?.(this.pressAt(this.placeOf(one), event));
  }

  private pinched(id: number, before: Point, at: Point): void {
    const other = [...this.pointers].find(([key]) => key !== id)?.[1];
    if (!other) return;
    const apart = (one: Point) => Math.hypot(one[0] - other[0], one[1] - other[1]);
    this.target.pan((at[0] - before[0]) / 2, (at[1] - before[1]) / 2);
    const middle: Point = [(at[0] + other[0]) / 2, (at[1] + other[1]) / 2];
    if (apart(before)) this.target.zoomBy(apart(at) / apart(before), middle);
  }

  private up(event: PointerEvent): void {
    if (!this.pointers.delete(event.pointerId)) return;
    if (this.mode === "tool") this.target.tool.release?.(this.pressAt(this.placeOf(event), event));
    if (!this.pointers.size) this.mode = "idle";
    this.target.changed();
  }

  private cancelled(event: PointerEvent): void {
    this.pointers.delete(event.pointerId);
    if (this.mode === "tool") this.target.tool.cancel?.();
    if (!this.pointers.size) this.mode = "idle";
    this.target.changed();
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const turn = Math.max(-MOST_TURN, Math.min(event.deltaY * (event.deltaMode === 1 ? LINE_PX : 1), MOST_TURN));
    const taken = !event.ctrlKey && turn !== 0 && this.target.tool.wheel?.(turn < 0 ? 1 : -1);
    if (!taken) this.target.zoomBy(Math.exp(-turn * ZOOM_SPEED * (event.ctrlKey ? 4 : 1)), this.placeOf(event));
    this.target.changed();
  }

  private keydown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === " " && this.target.tool.name !== "pan") this.setPanning(true);
    else if (!this.target.key(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private setPanning(panning: boolean): void {
    if (panning === this.isPanning) return;
    this.isPanning = panning;
    this.target.changed();
  }

  private isDouble(at: Point, time: number): boolean {
    const { last } = this;
    if (!last || time - last.time > DOUBLE_MS) return false;
    return Math.hypot(at[0] - last.at[0], at[1] - last.at[1]) <= REACH;
  }

  private placeOf({ clientX, clientY }: MouseEvent): Point {
    const { left, top } = this.element.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  private pressAt(at: Point, { pointerType, shiftKey }: PointerEvent) {
    const reach = this.target.reachOf(pointerType === "touch" ? TOUCH_REACH : REACH);
    return { at: this.target.toPicture(at), reach, shift: shiftKey };
  }
}
