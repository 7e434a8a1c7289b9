// The answers of one person in an agreement task, and the place among its images.
import { computed, type Ref, ref } from "vue";
import type { BlindImage } from "@/api/types";
import type { Answered } from "./queries";

/** Return the place of the next unanswered image: after `from`, else before it; `from` when all are answered. */
export function nextUnanswered(from: number, isAnswered: readonly boolean[]): number {
  const after = isAnswered.indexOf(false, from + 1);
  if (after >= 0) return after;
  const first = isAnswered.indexOf(false);
  return first >= 0 ? first : from;
}

export function useBlindAnswers(images: Ref<BlindImage[]>) {
  const answers = ref(new Map<string, Answered>());
  const answerOf = (image_id: string) =>
    answers.value.get(image_id) ?? images.value.find((one) => one.image_id === image_id && one.verdict);
  const isAnswered = computed(() => images.value.map(({ image_id }) => Boolean(answerOf(image_id))));
  const answered = computed(() => isAnswered.value.filter(Boolean).length);
  /** Null until the person moves or answers: the first unanswered image. */
  const place = ref<number | null>(null);
  const at = computed(() => place.value ?? Math.max(0, isAnswered.value.indexOf(false)));
  const current = computed(() => images.value[at.value]);

  function step(by: number): void {
    place.value = Math.max(0, Math.min(images.value.length - 1, at.value + by));
  }
  /** Keep the answer to the current image and go to the next unanswered one. */
  function record(given: Answered): void {
    const from = at.value;
    answers.value = new Map(answers.value).set(given.image_id, given);
    place.value = nextUnanswered(from, isAnswered.value);
  }
  /** Remove an answer that was refused and show its image again. */
  function remove(image_id: string): void {
    const left = new Map(answers.value);
    left.delete(image_id);
    answers.value = left;
    place.value = images.value.findIndex((one) => one.image_id === image_id);
  }
  return { answerOf, answered, at, current, step, record, remove };
}
