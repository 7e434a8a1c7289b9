// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { actionFor, BINDINGS, type Binding, clashes, hasKeys, isTaken } from "./keys";

describe("the key registry", () => {
  it("gives every key one meaning on a screen", () => {
    expect(clashes()).toEqual([]);
  });

  it("knows the screens with keys of their own, whose keys `?` shows", () => {
    expect((["review", "blind", "run", "page", "dialog"] as const).filter(hasKeys)).toEqual(["review", "blind", "run"]);
  });

  it("names a clash by screen and key", () => {
    const twice: Binding[] = [...BINDINGS, { action: "oops", keys: ["o"], on: ["viewer"] }];
    expect(clashes(twice)).toEqual(["viewer o: ok, oops"]);
  });

  it("finds a clash with a key that works everywhere", () => {
    expect(clashes([...BINDINGS, { action: "oops", keys: ["?"], on: ["run"] }])).toEqual(["run ?: help, oops"]);
  });

  it("reads the same key differently on two screens", () => {
    expect(actionFor("ArrowLeft", "gallery")).toBe("move");
    expect(actionFor("ArrowLeft", "viewer")).toBe("previous");
    expect(actionFor("O", "gallery")).toBe("ok");
  });
});

describe("a key is left alone", () => {
  const press = (target: Element, init: KeyboardEventInit) => {
    document.body.append(target);
    let taken = false;
    target.addEventListener("keydown", (event) => (taken = isTaken(event as KeyboardEvent)));
    target.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, ...init }));
    return taken;
  };

  it("while someone types", () => {
    expect(press(document.createElement("input"), { key: "o" })).toBe(true);
    expect(press(document.createElement("div"), { key: "o" })).toBe(false);
  });

  it("while an IME composes", () => {
    expect(press(document.createElement("div"), { key: "o", isComposing: true })).toBe(true);
  });

  it("with a modifier, and when Enter works a button", () => {
    expect(press(document.createElement("div"), { key: "o", ctrlKey: true })).toBe(true);
    expect(press(document.createElement("button"), { key: "Enter" })).toBe(true);
    expect(press(document.createElement("button"), { key: "o" })).toBe(false);
  });
});
