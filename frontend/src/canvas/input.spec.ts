import { beforeEach, describe, expect, it } from "vitest";
import { Input, type InputTarget } from "./input";
import type { Tool } from "./tools/tool";
import type { Point } from "./types";

class Host extends EventTarget {
  focus = () => undefined;
  setPointerCapture = () => undefined;
  getBoundingClientRect = () => ({ left: 100, top: 50 });
}

let host: Host;
let said: (readonly [name: string, ...given: unknown[]])[];
let input: Input;
let answers: { press: "pan" | undefined; wheel: boolean; key: boolean };

beforeEach(() => {
  host = new Host();
  said = [];
  answers = { press: undefined, wheel: false, key: true };
  const told =
    <Answer>(name: string, answer: () => Answer) =>
    (given: unknown) => {
      said.push([name, given]);
      return answer();
    };
  const place = (press: { at: Point; double?: boolean; shift?: boolean }) => [...press.at, press.double ?? press.shift];
  const tool = {
    press: (press) => told("press", () => answers.press)(place(press)),
    move: (press) => told("move", () => undefined)([...press.at]),
    release: (press) => told("release", () => undefined)([...press.at]),
    cancel: () => told("cancel", () => true)(null),
    wheel: (steps) => answers.wheel && told("wheel", () => true)(steps),
  } as Tool;
  const target: InputTarget = {
    tool,
    toPicture: (at) => at,
    reachOf: (pixels) => pixels,
    pan: (...by) => said.push(["pan", by]),
    zoomBy: (factor, at) => said.push(["zoom", factor, at]),
    hover: () => undefined,
    key: () => answers.key,
    changed: () => undefined,
  };
  input = new Input(host as unknown as HTMLElement, target);
});

function send(type: string, given: object = {}): Event {
  const event = Object.assign(new Event(type, { cancelable: true }), { pointerId: 1, button: 0, ...given });
  host.dispatchEvent(event);
  return event;
}
const at = (x: number, y: number, more: object = {}) => ({ clientX: 100 + x, clientY: 50 + y, ...more });

describe("the pointer", () => {
  it("presses, moves and lets go, in places of the host", () => {
    send("pointerdown", at(10, 20));
    send("pointermove", at(30, 40, { getCoalescedEvents: () => [at(15, 25), at(30, 40)] }));
    send("pointerup", at(31, 41));
    expect(said).toEqual([
      ["press", [10, 20, false]],
      ["move", [15, 25]],
      ["move", [30, 40]],
      ["release", [31, 41]],
    ]);
  });

  it("tells a double press at one place, and not a third", () => {
    for (const x of [10, 12, 12]) {
      send("pointerdown", at(x, 10));
      send("pointerup", at(x, 10));
    }
    const doubles = said.flatMap(([name, place]) => (name === "press" ? [(place as unknown[])[2]] : []));
    expect(doubles).toEqual([false, true, false]);
  });

  it.each([
    ["space", () => send("keydown", { key: " " }), 0],
    ["the middle button", () => undefined, 1],
    ["a press that the tool leaves to the view", () => (answers.press = "pan"), 0],
  ])("moves the view with %s", (_, before, button) => {
    before();
    send("pointerdown", at(10, 10, { button }));
    send("pointermove", at(25, 5));
    send("pointerup", at(25, 5));
    expect(said.filter(([name]) => name !== "press")).toEqual([["pan", [15, -5]]]);
  });

  it("does nothing with the right button, and moves the tool without a press", () => {
    send("pointerdown", at(10, 10, { button: 2 }));
    send("pointermove", at(11, 12));
    expect(said).toEqual([["move", [11, 12]]]);
  });

  it("moves and zooms the view with two fingers, and gives up what the first one began", () => {
    send("pointerdown", at(100, 100, { pointerId: 1 }));
    send("pointerdown", at(200, 100, { pointerId: 2 }));
    send("pointermove", at(300, 100, { pointerId: 2 }));
    send("pointerup", at(300, 100, { pointerId: 2 }));
    send("pointerup", at(100, 100, { pointerId: 1 }));
    expect(said.slice(1)).toEqual([
      ["cancel", null],
      ["pan", [50, 0]],
      ["zoom", 2, [200, 100]],
    ]);
  });

  it("gives up what was begun when the system takes it away", () => {
    send("pointerdown", at(10, 10));
    send("pointercancel", at(10, 10));
    expect(said.at(-1)).toEqual(["cancel", null]);
  });
});

describe("the wheel", () => {
  it("zooms at the pointer, the other way in the other direction", () => {
    send("wheel", at(40, 30, { deltaY: 100, deltaMode: 0 }));
    send("wheel", at(40, 30, { deltaY: -100, deltaMode: 0 }));
    const [[, out, place], [, into]] = said as unknown as [[string, number, Point], [string, number]];
    expect([place, out * into]).toEqual([[40, 30], 1]);
    expect(into).toBeGreaterThan(1);
  });

  it("is the tool's when it takes it, but not with Control", () => {
    answers.wheel = true;
    send("wheel", at(0, 0, { deltaY: -3, deltaMode: 1 }));
    send("wheel", at(0, 0, { deltaY: 30, deltaMode: 0, ctrlKey: true }));
    expect(said.map(([name]) => name)).toEqual(["wheel", "zoom"]);
  });
});

describe("a key", () => {
  it("is the screen's when it means nothing here", () => {
    expect(send("keydown", { key: "x" }).defaultPrevented).toBe(true);
    answers.key = false;
    expect(send("keydown", { key: "x" }).defaultPrevented).toBe(false);
    expect(send("keydown", { key: "x", isComposing: true }).defaultPrevented).toBe(false);
  });

  it("of space ends with the key, and when the focus leaves", () => {
    for (const end of ["keyup", "blur"]) {
      send("keydown", { key: " " });
      expect(input.isPanning).toBe(true);
      send(end, { key: " " });
      expect(input.isPanning).toBe(false);
    }
  });
});

it("hears nothing after it was closed", () => {
  input.close();
  send("pointerdown", at(1, 1));
  expect(said).toEqual([]);
});
