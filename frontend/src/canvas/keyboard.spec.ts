import { beforeEach, describe, expect, it } from "vitest";
import { Editor } from "./editor";
import { Listeners } from "./events";
import { Keyboard, type KeyTarget } from "./keyboard";
import { BoxTool } from "./tools/box";
import { BrushTool, type Stroke } from "./tools/brush";
import { PanTool } from "./tools/pan";
import { PolygonTool } from "./tools/polygon";
import { SelectTool } from "./tools/select";
import type { Tool } from "./tools/tool";

const SIZE = { width: 400, height: 300 };
let editor: Editor;
let keyboard: Keyboard;
let said: unknown[];

function begin(makeTool: (editor: Editor) => Tool, arrows_taken = false): void {
  said = [];
  editor = new Editor(true, new Listeners(), { shapes: () => undefined, live: () => undefined });
  editor.begin(SIZE);
  const target: KeyTarget = {
    tool: makeTool(editor),
    picture: SIZE,
    scale: 1,
    centre: [200, 150],
    pan: (...by) => said.push(by),
    zoomBy: (factor) => said.push(factor),
    fit: () => said.push("fit"),
    follow: () => undefined,
  };
  keyboard = new Keyboard(target, editor, arrows_taken);
}

/** Press keys by their names; `S-` is with Shift, `C-` with Control, `A-` with Alt. */
const type = (...names: string[]) =>
  names.map((name) => {
    const key = name.length > 2 ? name.replace(/^[SCA]-/, "") : name;
    return keyboard.take({
      key,
      shiftKey: name.startsWith("S-"),
      ctrlKey: name.startsWith("C-"),
      altKey: name.startsWith("A-"),
      metaKey: false,
    });
  });

describe("the keyboard cursor", () => {
  it("draws a box from corner to corner", () => {
    begin((context) => new BoxTool(context));
    type("ArrowLeft", "Enter", "S-ArrowRight", "S-ArrowDown", "ArrowDown", "Enter");
    expect(editor.shapes[0]!.geometry).toEqual({ kind: "box", box: [196, 150, 32, 36] });
    expect(editor.selection).toHaveLength(1);
  });

  it("draws a polygon, closed by Enter twice at one place", () => {
    begin((context) => new PolygonTool(context));
    type("ArrowUp", "Enter", "S-ArrowRight", "Enter", "S-ArrowDown", "Enter", "Enter");
    expect(editor.shapes[0]!.geometry).toMatchObject({ points: [[200, 146], [232, 146], [232, 178]] }); // prettier-ignore
  });

  it("holds the brush between one Enter and the next", () => {
    const strokes: Stroke[] = [];
    begin((context) => new BrushTool(context, "brush", { radius: 5 }, async (stroke) => void strokes.push(stroke)));
    type("ArrowUp", "Enter", "ArrowRight", "ArrowRight", "Enter", "ArrowRight");
    expect(strokes[0]!.points).toEqual([[200, 146], [204, 146], [208, 146]]); // prettier-ignore
  });

  it("stays in the picture, and goes with Escape after what is drawn", () => {
    begin((context) => new BoxTool(context));
    type(...Array.from({ length: 20 }, () => "S-ArrowLeft"), "Enter");
    expect(keyboard.cursor).toEqual([0, 150]);
    expect(type("Escape", "Escape", "Escape")).toEqual([true, true, false]);
    expect(editor.shapes).toEqual([]);
  });

  it("goes with Escape together with the selection of the drawn mark", () => {
    begin((context) => new BoxTool(context));
    type("ArrowLeft", "Enter", "S-ArrowRight", "S-ArrowDown", "Enter");
    expect(editor.selection).toHaveLength(1);
    expect(type("Escape", "Escape")).toEqual([true, false]);
    expect(editor.selection).toEqual([]);
  });

  it("is needed for Enter", () => {
    begin((context) => new BoxTool(context));
    expect(type("Enter")).toEqual([false]);
  });
});

describe("a selection", () => {
  beforeEach(() => {
    begin((context) => new SelectTool(context));
    const geometry = { kind: "box", box: [10, 10, 20, 20] } as const;
    editor.replace([
      { id: "a", class_id: "crack", colour: "", geometry },
      { id: "p", class_id: "crack", colour: "", geometry, proposal: true },
    ]);
  });
  const ids = () => editor.shapes.map(({ id }) => id);

  it("is removed, and put back", () => {
    editor.select(["a"]);
    expect(type("Delete", "Delete", "C-z", "C-Z")).toEqual([true, false, true, false]);
    expect(ids()).toEqual(["p", "a"]);
    type("C-y");
    expect(ids()).toEqual(["p"]);
  });

  it("is copied and pasted, and repeated", () => {
    editor.select(["a"]);
    expect(type("C-c", "C-v", "C-d")).toEqual([true, true, true]);
    expect(ids()).toHaveLength(4);
  });

  it("of a proposal is accepted with Enter and rejected with Escape", () => {
    editor.select(["p"]);
    type("Enter");
    expect(editor.shape("p")!.proposal).toBe(false);
    type("C-z", "Escape");
    expect(ids()).toEqual(["a"]);
  });

  it("ends with Escape", () => {
    editor.select(["a"]);
    expect(type("Escape", "Escape")).toEqual([true, false]);
    expect(editor.selection).toEqual([]);
  });
});

it("moves and zooms the view", () => {
  begin(() => new PanTool());
  expect(type("ArrowLeft", "A-ArrowDown", "+", "-", "0")).toEqual([true, true, true, true, true]);
  expect(said).toEqual([[80, -0], [-0, -80], 1.25, 0.8, "fit"]); // prettier-ignore
});

it("leaves the arrows to a screen that has them, but for those with Alt", () => {
  begin(() => new PanTool(), true);
  expect(type("ArrowLeft", "A-ArrowLeft", "Enter", "Escape", " ")).toEqual([false, true, false, false, false]);
  expect(said).toEqual([[80, -0]]);
});

it("leaves other keys to the screen", () => {
  begin((context) => new SelectTool(context));
  expect(type("o", "1", "Tab", "C-s", "[")).toEqual([false, false, false, false, false]);
});
