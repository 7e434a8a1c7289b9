import { beforeEach, describe, expect, it } from "vitest";
import type { Shape } from "../types";
import { SelectTool } from "./select";
import { click, CRACK, drag, editorOf, key, press } from "./testing";

const square: Shape = { ...CRACK, id: "s", geometry: { kind: "box", box: [100, 100, 40, 40] } };
const triangle: Shape = {
  ...CRACK,
  id: "t",
  geometry: {
    kind: "polygon",
    points: [
      [200, 100],
      [260, 100],
      [200, 160],
    ],
  },
};
let { editor, refused } = editorOf();
beforeEach(() => ({ editor, refused } = editorOf()));

const boxOf = (id: string) => {
  const geometry = editor.shape(id)!.geometry;
  return geometry.kind === "box" ? geometry.box : undefined;
};
const cornersOf = (id: string) => {
  const geometry = editor.shape(id)!.geometry;
  return geometry.kind === "polygon" ? geometry.points : [];
};

describe("the select tool", () => {
  beforeEach(() =>
    editor.replace([
      square,
      triangle,
      { ...square, id: "p", proposal: true, geometry: { kind: "box", box: [300, 10, 30, 30] } },
    ]),
  );
  it("selects one, more with shift, and none beside them", () => {
    const tool = new SelectTool(editor);
    click(tool, [120, 120]);
    expect(editor.selection).toEqual(["s"]);
    click(tool, [210, 110], { shift: true });
    expect(editor.selection).toEqual(["s", "t"]);
    click(tool, [120, 120], { shift: true });
    expect(editor.selection).toEqual(["t"]);
    expect(tool.press(press([20, 20]))).toBe("pan");
    expect(editor.selection).toEqual([]);
  });

  it("moves by dragging, hidden meanwhile, and not by a click", () => {
    const tool = new SelectTool(editor);
    click(tool, [120, 120]);
    expect(editor.can_undo).toBe(false);
    tool.press(press([120, 120]));
    tool.move(press([130, 115]));
    expect([...editor.hidden]).toEqual(["s"]);
    tool.release();
    expect([boxOf("s"), editor.hidden.size]).toEqual([[110, 95, 40, 40], 0]);
    editor.undo();
    expect(boxOf("s")).toEqual([100, 100, 40, 40]);
  });

  it("resizes a selected box by its handles", () => {
    const tool = new SelectTool(editor);
    editor.select(["s"]);
    drag(tool, [140, 140], [180, 150]);
    expect(boxOf("s")).toEqual([100, 100, 80, 50]);
  });

  it("drags, adds and removes corners of a selected polygon", () => {
    const tool = new SelectTool(editor);
    editor.select(["t"]);
    drag(tool, [260, 100], [280, 90]);
    expect(cornersOf("t")[1]).toEqual([280, 90]);
    drag(tool, [200, 130], [180, 140]);
    expect(cornersOf("t")).toHaveLength(4);
    click(tool, [180, 140], { double: true });
    expect(cornersOf("t")).toEqual([
      [200, 100],
      [280, 90],
      [200, 160],
    ]);
    click(tool, [200, 160], { double: true });
    expect([refused, cornersOf("t").length]).toEqual([["too_few_corners"], 3]);
  });
});

describe("the select tool with keys, and where nobody may edit", () => {
  beforeEach(() =>
    editor.replace([
      square,
      triangle,
      { ...square, id: "p", proposal: true, geometry: { kind: "box", box: [300, 10, 30, 30] } },
    ]),
  );
  it("does all of it with keys", () => {
    const tool = new SelectTool(editor);
    editor.select(["t"]);
    tool.key(key("ArrowRight"));
    tool.key(key("ArrowDown", { shiftKey: true }));
    expect(cornersOf("t")[0]).toEqual([201, 110]);
    ["r", "r", "ArrowUp", "i"].forEach((name) => tool.key(key(name)));
    expect(cornersOf("t")).toEqual([
      [201, 110],
      [261, 109],
      [231, 139.5],
      [201, 170],
    ]);
    expect(tool.drafts).toEqual([{ kind: "ring", at: [261, 109], radius: 0 }]);
    ["r", "Delete"].forEach((name) => tool.key(key(name)));
    expect(cornersOf("t")).toHaveLength(3);
    expect([tool.cancel(), tool.cancel(), tool.key(key("Delete"))]).toEqual([true, false, false]);
  });

  it("leaves C to the screen", () => {
    const tool = new SelectTool(editor);
    editor.select(["t"]);
    expect(tool.key(key("c"))).toBe(false);
  });

  it("nudges step by step, and takes all steps back at once", () => {
    const tool = new SelectTool(editor);
    editor.select(["s"]);
    ["ArrowRight", "ArrowRight", "ArrowDown"].forEach((name) => tool.key(key(name)));
    drag(tool, [120, 120], [130, 120]);
    tool.key(key("ArrowUp"));
    const places = [boxOf("s")];
    while (editor.undo()) places.push(boxOf("s"));
    expect(places.map((box) => box?.slice(0, 2))).toEqual([
      [112, 100],
      [112, 101],
      [102, 101],
      [100, 100],
    ]);
    editor.redo();
    expect(boxOf("s")).toEqual([102, 101, 40, 40]);
  });

  it("leaves proposals where they are, and everything where nobody may edit", () => {
    drag(new SelectTool(editor), [310, 20], [350, 90]);
    expect([editor.selection, boxOf("p")]).toEqual([["p"], [300, 10, 30, 30]]);
    ({ editor, refused } = editorOf(false));
    editor.replace([square]);
    const tool = new SelectTool(editor);
    drag(tool, [120, 120], [150, 150]);
    expect([editor.selection, boxOf("s"), tool.key(key("ArrowUp"))]).toEqual([["s"], [100, 100, 40, 40], false]);
  });
});
