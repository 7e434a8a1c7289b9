// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, nextTick, shallowRef } from "vue";
import type { Defect, Image } from "@/api/types";
import type { ChangeSet, Shape } from "@/canvas";
import { PAUSE_MS, useMarks } from "./useMarks";

const crack = { class_id: "crack", box: null, polygon: null, mask: null };
const imageOf = (image_id: string, more: Partial<Image> = {}) =>
  ({ image_id, verdict: null, defects: [], ...more }) as unknown as Image;
const boxAt = (id: string, x: number): Shape => ({
  id,
  class_id: "crack",
  colour: "red",
  geometry: { kind: "box", box: [x, 0, 2, 2] },
});
const drawn = (shape: Shape): ChangeSet => ({ edit: "draw", changes: [{ before: null, after: shape }] });
const gone = (shape: Shape): ChangeSet => ({ edit: "delete", changes: [{ before: shape, after: null }] });

function start(first = imageOf("a")) {
  const image = shallowRef<Image | undefined>(first);
  const submit = vi.fn();
  const scope = effectScope();
  const marks = scope.run(() => useMarks(image, submit))!;
  return { image, submit, marks, scope };
}
const pause = () => vi.advanceTimersByTime(PAUSE_MS);
const said = (submit: ReturnType<typeof vi.fn>) =>
  submit.mock.calls.map(([{ image, verdict, defects }]) => [image.image_id, verdict, defects.length]);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the marks of an image", () => {
  it("are one NG judgement at the end of a gesture, and one for those that follow with a held key", () => {
    const { marks, submit } = start();
    marks.changed(drawn(boxAt("m", 0)));
    expect(said(submit)).toEqual([["a", "NG", 1]]);
    for (let x = 1; x < 9; x++)
      marks.changed({ edit: "move", changes: [{ before: boxAt("m", x - 1), after: boxAt("m", x) }] });
    expect(submit).toHaveBeenCalledTimes(1);
    pause();
    expect(submit).toHaveBeenCalledTimes(2);
    expect(submit.mock.calls[1]![0].defects[0].box[0]).toBe(8);
    marks.changed(gone(boxAt("m", 8)));
    expect(submit).toHaveBeenCalledTimes(3);
  });

  it("leave the image unlabelled when the first one is undone", async () => {
    const { marks, submit, image } = start();
    marks.changed(drawn(boxAt("m", 0)));
    pause();
    image.value = imageOf("a", { verdict: "NG", defects: [{ ...crack, box: [0, 0, 2, 2] }] });
    await nextTick();
    marks.changed(gone(boxAt("m", 0)));
    pause();
    expect(said(submit)).toEqual([
      ["a", "NG", 1],
      ["a", null, 0],
    ]);
  });

  it("go with the image when a person moves on before the pause is over", async () => {
    const { marks, submit, image } = start();
    marks.changed(drawn(boxAt("m", 0)));
    marks.changed(drawn(boxAt("n", 0)));
    image.value = imageOf("b");
    await nextTick();
    pause();
    expect(said(submit).at(-1)).toEqual(["a", "NG", 2]);
    expect(marks.marks.value).toEqual([]);
  });

  it("are sent when the screen closes", () => {
    const { marks, submit, scope } = start();
    marks.changed(drawn(boxAt("m", 0)));
    marks.changed(drawn(boxAt("n", 0)));
    scope.stop();
    expect(said(submit).at(-1)).toEqual(["a", "NG", 2]);
  });

  it("go away with OK, and stay with hold", () => {
    const { marks, submit } = start();
    marks.changed(drawn(boxAt("m", 0)));
    marks.decide("HOLD");
    marks.decide("OK");
    pause();
    expect(said(submit).map(([, verdict, count]) => [verdict, count].join())).toEqual(["NG,1", "HOLD,1", "OK,0"]);
  });

  it("are shown anew when another person changed them, and not when they were only saved", async () => {
    const { marks, image } = start();
    marks.changed(drawn(boxAt("m", 0)));
    pause();
    const before = marks.shown.value;
    image.value = imageOf("a", { verdict: "NG", defects: [{ ...crack, box: [0, 0, 2, 2] }] });
    await nextTick();
    expect([marks.shown.value, marks.marks.value[0]!.id]).toEqual([before, "m"]);
    image.value = imageOf("a", { verdict: "NG", defects: [crack as Defect] });
    await nextTick();
    expect([marks.shown.value, marks.marks.value.length]).toEqual([before + 1, 1]);
  });

  it("are those that stand once what was drawn is given up", () => {
    const { marks, submit } = start(imageOf("a", { verdict: "NG", defects: [crack as Defect] }));
    marks.changed(drawn(boxAt("m", 0)));
    pause();
    marks.restore();
    expect(marks.marks.value.map(({ defect }) => defect)).toEqual([crack]);
    expect(said(submit)).toHaveLength(1);
  });

  it("are not judged by a proposal that was refused", () => {
    const { marks, submit } = start();
    marks.changed({ edit: "reject", changes: [{ before: boxAt("p", 0), after: null }] });
    pause();
    expect(submit).not.toHaveBeenCalled();
  });
});
