import { beforeEach, describe, expect, it } from "vitest";
import { Editor } from "./editor";
import { Listeners } from "./events";
import { maskArea, maskOfRows } from "./geometry/masks";
import type { ChangeSet, Shape } from "./types";

const SIZE = { width: 400, height: 300 };
const CRACK = { class_id: "crack", colour: "#e69f00" };
const box = (id: string, x: number, proposal = false): Shape => ({
  ...CRACK,
  id,
  proposal,
  geometry: { kind: "box", box: [x, 10, 20, 20] },
});
const rows = (y: number, from: number, to: number) => maskOfRows(SIZE, [{ y, from, to }]);

let editor: Editor;
let told: ChangeSet[];

function begin(is_editable = true): void {
  const listeners = new Listeners();
  told = [];
  listeners.on("changed", (set) => void told.push(set));
  editor = new Editor(is_editable, listeners, { shapes: () => undefined, live: () => undefined });
  editor.begin(SIZE);
  editor.replace([box("a", 10), box("b", 200), box("p", 100, true)]);
  editor.drawn_as = CRACK;
}
beforeEach(() => begin());
const ids = () => editor.shapes.map(({ id }) => id).sort();

describe("an edit", () => {
  it("is told, undone and redone as one change set", () => {
    editor.remove(["a", "b"]);
    expect(ids()).toEqual(["p"]);
    expect(editor.undo()).toBe(true);
    expect(ids()).toEqual(["a", "b", "p"]);
    expect(told[1]!.changes.map(({ before, after }) => [before, after?.id])).toEqual([
      [null, "b"],
      [null, "a"],
    ]);
    expect(editor.redo()).toBe(true);
    expect(ids()).toEqual(["p"]);
    expect(told[2]).toEqual(told[0]);
    expect([editor.redo(), editor.can_undo, editor.can_redo]).toEqual([false, true, false]);
  });

  it("ends what could be redone", () => {
    editor.remove(["a"]);
    editor.undo();
    editor.remove(["b"]);
    expect(editor.can_redo).toBe(false);
  });

  it("deselects what is gone", () => {
    editor.select(["a", "nobody", "b"]);
    expect(editor.selection).toEqual(["a", "b"]);
    editor.remove(["a"]);
    expect(editor.selection).toEqual(["b"]);
  });

  it("is not made where nobody may edit", () => {
    begin(false);
    expect([editor.remove(["a"]), editor.accept(["p"]), told]).toEqual([false, false, []]);
  });

  it("has no history after another picture has begun", () => {
    editor.remove(["a"]);
    editor.begin(SIZE);
    expect([editor.can_undo, editor.shapes]).toEqual([false, []]);
  });
});

describe("a proposal", () => {
  it("becomes a shape of a person when it is accepted, and one again when that is undone", () => {
    expect(editor.accept(["a", "p"])).toBe(true);
    expect(told[0]!.changes).toHaveLength(1);
    expect(editor.shape("p")!.proposal).toBe(false);
    editor.undo();
    expect(editor.shape("p")!.proposal).toBe(true);
  });

  it("is gone when it is rejected; a person's shape is not", () => {
    expect([editor.reject(["a"]), editor.reject(["p"])]).toEqual([false, true]);
    expect(ids()).toEqual(["a", "b"]);
  });
});

describe("a copy", () => {
  it("is pasted beside the original, again and again", () => {
    editor.select(["a"]);
    editor.copy();
    editor.paste();
    editor.paste();
    const places = editor.shapes.flatMap(({ geometry }) => (geometry.kind === "box" ? [geometry.box[0]] : []));
    expect(places.sort((a, b) => a - b)).toEqual([10, 14, 18, 100, 200]);
    expect(editor.selection).toHaveLength(1);
  });

  it("repeats the newest shape when none is selected", () => {
    editor.repeatLast();
    expect(editor.selected[0]!.geometry).toEqual({ kind: "box", box: [204, 14, 20, 20] });
    expect(editor.selected[0]!.proposal).toBeUndefined();
  });

  it("needs something to copy", () => expect([editor.copy(), editor.paste()]).toEqual([false, false]));
});

describe("a painted mask", () => {
  const area = (id: string) => {
    const geometry = editor.shape(id)?.geometry;
    return geometry?.kind === "mask" ? maskArea(geometry.mask) : undefined;
  };

  it("is new, and grows while it is selected", () => {
    editor.paint(rows(5, 10, 20));
    const [id] = editor.selection;
    editor.paint(rows(5, 15, 30));
    expect([editor.selection, area(id!)]).toEqual([[id], 20]);
    editor.select([]);
    editor.paint(rows(9, 1, 3));
    expect(ids()).toHaveLength(5);
  });

  it("is another one when the class is another one", () => {
    editor.paint(rows(5, 10, 20));
    editor.drawn_as = { class_id: "dent", colour: "#fff" };
    editor.paint(rows(5, 10, 20));
    expect(editor.shapes.map(({ class_id }) => class_id)).toEqual(["crack", "crack", "crack", "crack", "dent"]);
  });

  it("is not made of a stroke beside the picture", () => {
    editor.paint(rows(999, 0, 5));
    expect(told).toEqual([]);
  });

  it("loses what is erased, and goes with its last pixel", () => {
    editor.paint(rows(5, 10, 20));
    const [id] = editor.selection;
    editor.erase(rows(6, 0, 400));
    editor.erase(rows(5, 0, 15));
    expect([told.length, area(id!)]).toEqual([2, 5]);
    editor.select([]);
    editor.erase(rows(5, 0, 400));
    expect(ids()).toEqual(["a", "b", "p"]);
    editor.undo();
    expect(area(id!)).toBe(5);
  });
});

it("gives the smallest shape at a place, so that one in another can be reached", () => {
  editor.replace([box("large", 10), { ...box("small", 0), geometry: { kind: "box", box: [12, 12, 5, 5] } }]);
  expect(editor.shapeAt([14, 14], 1)?.id).toBe("small");
  expect(editor.shapeAt([25, 25], 1)?.id).toBe("large");
  expect(editor.shapeAt([90, 90], 1)).toBeUndefined();
});
