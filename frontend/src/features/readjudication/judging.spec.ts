import { describe, expect, it } from "vitest";
import type { Image } from "@/api/types";
import { needsClass, redefined, rejudged } from "./judging";

const box = [1, 2, 3, 4];
const image = (...defects: object[]) => ({ image_id: "a", revision: 5, verdict: "NG", defects }) as unknown as Image;
const GONE = new Set(["crack"]);

describe("a class that was split", () => {
  it("gives its shapes to the class that is chosen", () => {
    const found = redefined(image({ class_id: "crack", box }, { class_id: "burn", box: null }), "crack", "rim", GONE);
    expect(found).toMatchObject([{ class_id: "burn" }, { class_id: "rim", box }]);
  });

  it("is not said again: NG needs one of the new classes", () => {
    expect(needsClass(image({ class_id: "crack" }), "NG", null, GONE)).toBe(true);
    expect(needsClass(image({ class_id: "crack" }, { class_id: "burn" }), "NG", null, GONE)).toBe(false);
    expect(needsClass(image({ class_id: "crack" }), "NG", "rim", GONE)).toBe(false);
    expect(needsClass(image(), "NG", null, GONE)).toBe(false);
    expect(redefined(image({ class_id: "crack" }, { class_id: "burn" }), "crack", null, GONE)).toMatchObject([
      { class_id: "burn" },
    ]);
  });
});

describe("a judgement of an old decision", () => {
  it("keeps what stands when the class is still there", () => {
    expect(
      rejudged(image({ class_id: "crack", box }), { verdict: "NG", class_id: null }, "crack", new Set(), 2),
    ).toMatchObject({
      verdict: "NG",
      revision: 5,
      defects: [{ class_id: "crack", box }],
    });
  });

  it("of OK has no defects; a class where none was is a new one", () => {
    expect(rejudged(image({ class_id: "crack" }), { verdict: "OK", class_id: null }, "crack", GONE, 1).defects).toEqual(
      [],
    );
    expect(rejudged(image(), { verdict: "NG", class_id: "rim" }, "crack", GONE, 1).defects).toMatchObject([
      { class_id: "rim", box: null },
    ]);
  });
});
