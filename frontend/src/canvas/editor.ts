// The shapes of a picture with their selection and history: every edit is a change set that can be undone.
import { pasted } from "./clipboard";
import { Drawing } from "./drawing";
import { subtracted, united } from "./geometry/masks";
import type { Listeners } from "./events";
import { History } from "./history";
import type { ToolContext } from "./tools/tool";
import type { Change, ChangeSet, Edit, Mask, Refusal, Shape, ShapeClass, Size } from "./types";

const NO_CLASS: ShapeClass = { class_id: "", colour: "var(--ng)" };

export class Editor implements ToolContext {
  drawn_as: ShapeClass = NO_CLASS;
  hidden: ReadonlySet<string> = new Set();
  /** Counts the pictures that were begun. */
  turn = 0;
  private drawing = new Drawing({ width: 1, height: 1 });
  private readonly history = new History();
  private chosen: readonly string[] = [];
  private copied: readonly Shape[] = [];

  constructor(
    readonly is_editable: boolean,
    private readonly listeners: Listeners,
    private readonly redraw: { shapes: () => void; live: () => void },
  ) {}

  get shapes(): readonly Shape[] {
    return this.drawing.all;
  }

  get size(): Size {
    return this.drawing.size;
  }

  get selection(): readonly string[] {
    return this.chosen;
  }

  get selected(): readonly Shape[] {
    return this.chosen.flatMap((id) => this.drawing.get(id) ?? []);
  }

  get can_undo(): boolean {
    return this.history.can_undo;
  }

  get can_redo(): boolean {
    return this.history.can_redo;
  }

  /** Begin another picture, without shapes and without history. */
  begin(size: Size): void {
    this.turn++;
    this.drawing = new Drawing(size);
    this.history.clear();
    this.select([]);
    this.redraw.shapes();
  }

  replace(shapes: readonly Shape[]): void {
    this.drawing.replace(shapes);
    this.history.clear();
    this.select(this.chosen);
    this.redraw.shapes();
  }

  shape = (id: string): Shape | undefined => this.drawing.get(id);
  shapeAt = (...place: Parameters<Drawing["at"]>): Shape | undefined => this.drawing.at(...place);
  newId = (): string => this.drawing.newId();

  shapesIn(area: Parameters<Drawing["meeting"]>[0]): readonly Shape[] {
    const shapes = this.drawing.meeting(area);
    return this.hidden.size ? shapes.filter(({ id }) => !this.hidden.has(id)) : shapes;
  }

  select(ids: readonly string[]): void {
    const known = ids.filter((id) => this.drawing.get(id));
    const same = known.length === this.chosen.length && known.every((id, at) => this.chosen[at] === id);
    this.chosen = known;
    if (same) return;
    this.redraw.live();
    this.listeners.tell("selected", known);
  }

  hide(ids: readonly string[]): void {
    if (!ids.length && !this.hidden.size) return;
    this.hidden = new Set(ids);
    this.redraw.shapes();
  }

  /** Make an edit: apply it, keep it for undo, and tell it. Returns false where nothing may or need be changed. */
  commit(edit: Edit, changes: readonly Change[]): boolean {
    if (!this.is_editable || !changes.length) return false;
    const set = { edit, changes };
    this.history.push(set);
    this.apply(set);
    return true;
  }

  refuse(refusal: Refusal): void {
    this.listeners.tell("refused", refusal);
  }

  removeSelected = (): boolean => this.remove(this.chosen);
  acceptSelected = (): boolean => this.accept(this.chosen);
  rejectSelected = (): boolean => this.reject(this.chosen);

  clearSelection(): boolean {
    const was = this.chosen.length > 0;
    this.select([]);
    return was;
  }

  undo = (): boolean => this.apply(this.history.undo());
  redo = (): boolean => this.apply(this.history.redo());

  remove(ids: readonly string[]): boolean {
    return this.commit(
      "delete",
      this.changesOf(ids, () => null),
    );
  }

  /** Make proposals shapes of a person. */
  accept(ids: readonly string[]): boolean {
    return this.commit(
      "accept",
      this.changesOf(this.proposals(ids), (shape) => ({ ...shape, proposal: false })),
    );
  }

  reject(ids: readonly string[]): boolean {
    return this.commit(
      "reject",
      this.changesOf(this.proposals(ids), () => null),
    );
  }

  setClass(ids: readonly string[], to: ShapeClass): boolean {
    return this.commit(
      "class",
      this.changesOf(ids, (shape) => ({ ...shape, ...to })),
    );
  }

  copy(): boolean {
    if (this.selected.length) this.copied = this.selected;
    return this.selected.length > 0;
  }

  paste(): boolean {
    return this.add(this.copied);
  }

  /** Draw the newest shape once more beside itself. */
  repeatLast(): boolean {
    const last = this.selected.length ? this.selected : this.shapes.filter(({ proposal }) => !proposal).slice(-1);
    return this.add(last);
  }

  /** Paint into the selected mask of the chosen class, or into a new one. */
  paint(stroke: Mask): void {
    const into = this.selected.find(({ geometry, class_id, proposal }) => {
      return geometry.kind === "mask" && !proposal && class_id === this.drawn_as.class_id;
    });
    if (!stroke.runs.length) return;
    const id = into?.id ?? this.newId();
    const mask = into?.geometry.kind === "mask" ? united(into.geometry.mask, stroke) : stroke;
    const after: Shape = { ...(into ?? this.drawn_as), id, geometry: { kind: "mask", mask } };
    this.commit("paint", [{ before: into ?? null, after }]);
    this.select([id]);
  }

  /** Erase from the selected masks, or from all when none is selected. A mask without pixels goes. */
  erase(stroke: Mask): void {
    const masks = (shapes: readonly Shape[]) =>
      shapes.filter(({ geometry, proposal }) => geometry.kind === "mask" && !proposal);
    const own = masks(this.selected);
    const changes = (own.length ? own : masks(this.shapes)).flatMap((shape) => erased(shape, stroke));
    this.commit("erase", changes);
  }

  private add(shapes: readonly Shape[]): boolean {
    const changes = pasted(shapes, this.size, this.newId);
    if (!this.commit("paste", changes)) return false;
    this.copied = changes.flatMap(({ after }) => after ?? []);
    this.select(this.copied.map(({ id }) => id));
    return true;
  }

  private proposals(ids: readonly string[]): string[] {
    return ids.filter((id) => this.drawing.get(id)?.proposal);
  }

  private changesOf(ids: readonly string[], changed: (shape: Shape) => Shape | null): Change[] {
    return ids.flatMap((id) => {
      const before = this.drawing.get(id);
      return before ? [{ before, after: changed(before) }] : [];
    });
  }

  private apply(set: ChangeSet | undefined): boolean {
    if (!set) return false;
    this.drawing.apply(set);
    this.select(this.chosen);
    this.redraw.shapes();
    this.listeners.tell("changed", set);
    return true;
  }
}

function erased(shape: Shape, stroke: Mask): Change[] {
  if (shape.geometry.kind !== "mask") return [];
  const { mask: whole } = shape.geometry;
  const mask = subtracted(whole, stroke);
  if (mask.runs.length === whole.runs.length && mask.runs.every((at, index) => at === whole.runs[index])) return [];
  return [{ before: shape, after: mask.runs.length ? { ...shape, geometry: { kind: "mask", mask } } : null }];
}
