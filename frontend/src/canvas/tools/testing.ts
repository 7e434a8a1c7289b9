// What the tests of the tools share: an editor, and presses, drags and keys as a person makes them.
import { Editor } from "../editor";
import { Listeners } from "../events";
import type { KeyInput, Point, RefusalCode } from "../types";
import type { Press, Tool } from "./tool";

export const SIZE = { width: 400, height: 300 };
export const CRACK = { class_id: "crack", colour: "#e69f00" };

/** Return an editor of an empty picture, and the codes of what it will refuse. */
export function editorOf(is_editable = true): { editor: Editor; refused: RefusalCode[] } {
  const listeners = new Listeners();
  const refused: RefusalCode[] = [];
  listeners.on("refused", ({ code }) => void refused.push(code));
  const editor = new Editor(is_editable, listeners, { shapes: () => undefined, live: () => undefined });
  editor.begin(SIZE);
  editor.drawn_as = CRACK;
  return { editor, refused };
}

export const press = (at: Point, more: Partial<Press> = {}): Press => ({ at, reach: 4, ...more });
export const key = (name: string, more: Partial<KeyInput> = {}): KeyInput => ({
  key: name,
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  ...more,
});
export function click(tool: Tool, at: Point, more: Partial<Press> = {}): void {
  tool.press(press(at, more));
  tool.release?.(press(at, more));
}
export function drag(tool: Tool, from: Point, to: Point): void {
  tool.press(press(from));
  tool.move?.(press([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
  tool.move?.(press(to));
  tool.release?.(press(to));
}
