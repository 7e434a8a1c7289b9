// The marks of the image on screen. A finished gesture becomes a judgement at once; those that follow fast become one.
import { onScopeDispose, type Ref, ref, shallowRef, watch } from "vue";
import { newKey } from "@/api/client";
import type { DrawnDefect, Image, Verdict } from "@/api/types";
import type { ChangeSet } from "@/canvas";
import { defectsOf, isSame, isUnchanged, type Mark, marksAfter, marksOf, verdictOf, withDigests } from "./marks";

/** A key that is held moves a mark many times: gestures without such a pause between them become one judgement. */
export const PAUSE_MS = 150;

export interface MarksJudgement {
  /** The image before it. */
  image: Image;
  /** Null: the judgement is withdrawn. */
  verdict: Verdict | null;
  defects: DrawnDefect[];
  /** "undo": it puts the marks back as they were. */
  edit: "draw" | "undo";
  /** What the person gave with the verdict. */
  reason?: string;
}

/** `image`: as it stands with the judgements that are not sent yet. */
export function useMarks(image: Ref<Image | undefined>, submit: (judgement: MarksJudgement) => void) {
  const marks = shallowRef<readonly Mark[]>([]);
  const stated = ref<Verdict | null>(null);
  /** Grows each time the marks come from outside: the canvas then shows them anew. */
  const shown = ref(0);
  let unsent: Pick<MarksJudgement, "image" | "edit" | "reason"> | null = null;
  let pause: ReturnType<typeof setTimeout> | undefined;

  function show(defects: readonly DrawnDefect[]): void {
    marks.value = marksOf(defects, newKey);
    shown.value += 1;
  }

  function send(): void {
    const of = unsent;
    unsent = null;
    if (!of) return;
    const defects = defectsOf(marks.value);
    submit({ ...of, defects, verdict: verdictOf(stated.value, defects) });
  }

  function put(next: readonly Mark[], edit: MarksJudgement["edit"] = "draw"): void {
    if (!image.value) return;
    marks.value = next;
    unsent = { image: unsent?.image ?? image.value, edit };
    const isFirst = pause === undefined;
    clearTimeout(pause);
    pause = setTimeout(endPause, PAUSE_MS);
    if (isFirst) send();
  }

  function endPause(): void {
    pause = undefined;
    send();
  }

  /** Take over what a gesture on the canvas changed. A refused proposal changes no mark. */
  function changed(set: ChangeSet, edit: MarksJudgement["edit"] = "draw"): void {
    const next = marksAfter(marks.value, set);
    if (!isUnchanged(defectsOf(next), defectsOf(marks.value))) put(next, edit);
  }

  function decide(verdict: Verdict, reason?: string): void {
    if (!image.value) return;
    if (verdict === "OK") show([]);
    stated.value = verdict;
    unsent = { image: image.value, edit: "draw", reason };
    send();
  }

  /** Give up what was drawn: show what stands. */
  function restore(): void {
    if (!image.value) return;
    show(image.value.defects);
    stated.value = image.value.verdict;
  }

  function follow(now: Image | undefined, before: Image | undefined): void {
    if (unsent && now?.image_id === unsent.image.image_id) return;
    send();
    if (!now) return;
    const drawn = defectsOf(marks.value);
    const same = now.image_id === before?.image_id && isSame(drawn, now.defects);
    if (same) marks.value = withDigests(marks.value, now.defects);
    else show(now.defects);
    if (!same || now.verdict !== verdictOf(stated.value, drawn)) stated.value = now.verdict;
  }

  watch(image, follow, { immediate: true });
  window.addEventListener("pagehide", send);
  onScopeDispose(() => {
    window.removeEventListener("pagehide", send);
    send();
  });

  return { marks, shown, put, changed, decide, send, restore };
}
