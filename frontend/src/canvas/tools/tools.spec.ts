import { beforeEach, describe, expect, it } from "vitest";
import { maskOfRows } from "../geometry/masks";
import type { Point, RefusalCode } from "../types";
import { BoxTool } from "./box";
import { BrushTool, type Stroke } from "./brush";
import { MeasureTool } from "./measure";
import { PanTool } from "./pan";
import { PolygonTool } from "./polygon";
import { RegionTool } from "./region";
import { click, drag, editorOf, key, press, SIZE } from "./testing";
import type { Tool } from "./tool";

let { editor, refused } = editorOf();
beforeEach(() => ({ editor, refused } = editorOf()));

const geometries = () => editor.shapes.map(({ geometry }) => geometry);

describe("the box tool", () => {
  it.each([
    ["a drag", (tool: Tool) => drag(tool, [30, 40], [10, 20])],
    ["two presses", (tool: Tool) => [click(tool, [10, 20]), click(tool, [30, 40])]],
  ])("draws by %s", (_, draw) => {
    draw(new BoxTool(editor));
    expect(geometries()).toEqual([{ kind: "box", box: [10, 20, 20, 20] }]);
    expect(editor.selection).toEqual([editor.shapes[0]!.id]);
  });

  it("clips to the picture, and refuses what has no area", () => {
    const tool = new BoxTool(editor);
    drag(tool, [380, 280], [999, 999]);
    expect(geometries()).toEqual([{ kind: "box", box: [380, 280, 20, 20] }]);
    drag(tool, [10, 10], [90, 10.2]);
    expect(refused).toEqual(["no_area"]);
  });

  it("shows what it draws until it is given up", () => {
    const tool = new BoxTool(editor);
    click(tool, [10, 20]);
    tool.move(press([15, 29]));
    expect(tool.drafts).toEqual([{ kind: "shape", geometry: { kind: "box", box: [10, 20, 5, 9] }, colour: "#e69f00" }]);
    expect([tool.cancel(), tool.cancel(), tool.drafts]).toEqual([true, false, []]);
  });
});

describe("the polygon tool", () => {
  const corners: Point[] = [
    [10, 10],
    [50, 10],
    [50, 60],
  ];
  const drawn = [{ kind: "polygon", points: corners }];

  it.each([
    ["at the first corner", [11, 12], {}],
    ["at the last corner", [50, 61], {}],
    ["with a double press", [300, 200], { double: true }],
  ] as const)("closes %s", (_, at, more) => {
    const tool = new PolygonTool(editor);
    corners.forEach((corner) => click(tool, corner));
    click(tool, at, more);
    expect(geometries()).toEqual(drawn);
    expect(tool.drafts).toEqual([]);
  });

  it("takes the last corner back", () => {
    const tool = new PolygonTool(editor);
    [...corners, [99, 99] as Point].forEach((corner) => click(tool, corner));
    expect(tool.key(key("Backspace"))).toBe(true);
    click(tool, [10, 10]);
    expect(geometries()).toEqual(drawn);
    expect(tool.key(key("Backspace"))).toBe(false);
  });

  it.each<[RefusalCode, Point[]]>([
    ["crossing", [[10, 10], [50, 60], [50, 10], [10, 60]]],
    ["too_few_corners", [[10, 10], [50, 60]]],
  ])("refuses %s", (code, points) => {
    const tool = new PolygonTool(editor);
    points.forEach((corner) => click(tool, corner));
    click(tool, points.at(-1)!);
    expect([refused, geometries()]).toEqual([[code], []]);
  }); // prettier-ignore

  it("shows that it will close", () => {
    const tool = new PolygonTool(editor);
    corners.forEach((corner) => click(tool, corner));
    tool.move(press([90, 90]));
    expect(tool.drafts[0]).toMatchObject({ closes: false, points: [...corners, [90, 90]] });
    tool.move(press([12, 10]));
    expect(tool.drafts[0]).toMatchObject({ closes: true, points: corners });
  });
});

describe("the brush", () => {
  it("sends a stroke when the pointer is let go, and shows it until it is a mask", async () => {
    const strokes: Stroke[] = [];
    let done = () => {};
    const paint = (stroke: Stroke) => {
      strokes.push(stroke);
      return new Promise<void>((resolve) => (done = resolve));
    };
    const tool = new BrushTool(editor, "brush", { radius: 10 }, paint);
    tool.move(press([1, 1]));
    expect(tool.drafts.map(({ kind }) => kind)).toEqual(["ring"]);
    drag(tool, [10, 10], [30, 10]);
    expect(strokes).toEqual([{ radius: 10, points: [[10, 10], [20, 10], [30, 10]] }]); // prettier-ignore
    expect(tool.drafts.map(({ kind }) => kind)).toEqual(["stroke", "ring"]);
    done();
    await new Promise((resolve) => setTimeout(resolve));
    expect(tool.drafts.map(({ kind }) => kind)).toEqual(["ring"]);
  });

  it("has one size with the eraser, by brackets", () => {
    const brush = { radius: 10 };
    const eraser = new BrushTool(editor, "eraser", brush, () => Promise.resolve());
    expect(["]", "]", "[", "x"].map((name) => eraser.key(key(name)))).toEqual([true, true, true, false]);
    expect(brush.radius).toBeCloseTo(12);
    for (let times = 0; times < 99; times++) eraser.key(key("["));
    expect(brush.radius).toBe(0.5);
  });

  it("is given up", () => {
    const tool = new BrushTool(editor, "brush", { radius: 3 }, () => Promise.reject(new Error("sent")));
    expect(tool.press(press([5, 5]))).toBe("hold");
    expect(tool.cancel()).toBe(true);
    tool.release();
  });
});

describe("the region tool", () => {
  const found: (number | null)[] = [];
  const source = {
    grow: () =>
      Promise.resolve({
        tolerance: 20,
        mask: (tolerance: number) => maskOfRows(SIZE, [{ y: 5, from: 10, to: 10 + tolerance }]),
      }),
    tell: (region: { tolerance: number } | null) => void found.push(region && region.tolerance),
  };
  async function find(at: Point): Promise<RegionTool> {
    found.length = 0;
    const tool = new RegionTool(editor, "assist", source);
    click(tool, at);
    await new Promise((resolve) => setTimeout(resolve));
    return tool;
  }

  it("proposes a region, changes its tolerance, and makes a shape of it", async () => {
    const tool = await find([12, 5]);
    expect(tool.drafts[0]).toMatchObject({ kind: "shape", proposal: true });
    tool.wheel(1);
    tool.key(key("["));
    tool.key(key("["));
    expect(found).toEqual([20, 22, 20, 18]);
    expect(tool.key(key("Enter"))).toBe(true);
    expect(geometries()).toEqual([{ kind: "mask", mask: maskOfRows(SIZE, [{ y: 5, from: 10, to: 28 }]) }]);
    expect([found.at(-1), tool.drafts, tool.key(key("Enter")), tool.wheel(1)]).toEqual([null, [], false, false]);
  });

  it("is accepted by a press inside, and begins anew outside", async () => {
    const tool = await find([12, 5]);
    click(tool, [300, 200]);
    expect(geometries()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve));
    click(tool, [15.5, 5.5]);
    expect(geometries()).toHaveLength(1);
  });

  it("drops an answer that comes after it was given up", async () => {
    const tool = new RegionTool(editor, "similar", source);
    click(tool, [12, 5]);
    tool.cancel();
    await new Promise((resolve) => setTimeout(resolve));
    expect(tool.drafts).toEqual([]);
  });
});

it("measures between two places of the picture, by a drag or two presses", () => {
  const lines: unknown[] = [];
  const tool = new MeasureTool(editor, (line) => lines.push(line));
  drag(tool, [0, 0], [30, 40]);
  expect(lines.at(-1)).toEqual({ from: [0, 0], to: [30, 40] });
  tool.move(press([99, 99]));
  expect(tool.drafts).toEqual([{ kind: "line", from: [0, 0], to: [30, 40] }]);
  click(tool, [5, 5]);
  tool.move(press([8, 9]));
  click(tool, [8, 9]);
  expect(lines.at(-1)).toEqual({ from: [5, 5], to: [8, 9] });
  drag(tool, [390, 290], [999, 999]);
  expect(lines.at(-1)).toEqual({ from: [390, 290], to: [400, 300] });
  expect([tool.cancel(), tool.cancel(), lines.at(-1)]).toEqual([true, false, null]);
});

it("pans", () => expect(new PanTool().press()).toBe("pan"));
