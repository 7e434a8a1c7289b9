import { describe, expect, it } from "vitest";
import { ref } from "vue";
import type { BlindImage } from "@/api/types";
import { nextUnanswered, useBlindAnswers } from "./useBlindAnswers";

const IDS = ["a", "b", "c", "d", "e", "f"];
const images = (...answered: string[]) =>
  ref(IDS.map((image_id) => ({ image_id, verdict: answered.includes(image_id) ? "OK" : null }) as BlindImage));
const answer = (image_id: string) => ({ image_id, verdict: "OK" as const, defect_classes: [] });

describe("a blind task", () => {
  it("shows every image once, in order", () => {
    const task = useBlindAnswers(images());
    const shown = IDS.map(() => {
      const { image_id } = task.current.value!;
      task.record(answer(image_id));
      return image_id;
    });
    expect(shown).toEqual(IDS);
    expect(task.answered.value).toBe(6);
  });

  it("comes back to an image that was skipped", () => {
    const task = useBlindAnswers(images());
    task.step(1);
    for (const image_id of IDS.slice(1)) task.record(answer(image_id));
    expect(task.current.value?.image_id).toBe("a");
  });

  it("opens at the first unanswered image and passes over those answered", () => {
    const task = useBlindAnswers(images("a", "c"));
    expect(task.current.value?.image_id).toBe("b");
    task.record(answer("b"));
    expect(task.current.value?.image_id).toBe("d");
  });

  it("shows an image again when its answer was refused", () => {
    const task = useBlindAnswers(images());
    task.record(answer("a"));
    task.remove("a");
    expect([task.current.value?.image_id, task.answered.value]).toEqual(["a", 0]);
  });
});

it("stays when every image is answered", () => {
  expect(nextUnanswered(2, [true, true, true])).toBe(2);
});
