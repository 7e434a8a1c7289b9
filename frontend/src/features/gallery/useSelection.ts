// The focus and the selection in a list of images, by keys and by mouse.
import { computed, ref, shallowRef, type Ref } from "vue";
import type { Image } from "@/api/types";
import type { Move } from "./useLoadedRange";

/** Return the ids between two indexes of the list, both included. */
export function between(items: readonly Image[], one: number, other: number): string[] {
  const [from, to] = one < other ? [one, other] : [other, one];
  return items.slice(from, to + 1).map((image) => image.image_id);
}

export function useSelection(items: Ref<Image[]>) {
  const focus = ref(0);
  const anchor = ref(0);
  const selected = shallowRef<ReadonlySet<string>>(new Set());

  const focused = computed(() => items.value[focus.value]);
  /** The images that a key acts on: the selection, else the image in focus. */
  const targets = computed(() => {
    if (selected.value.size) return items.value.filter((image) => selected.value.has(image.image_id));
    return focused.value ? [focused.value] : [];
  });

  function goTo(at: number, extend = false): void {
    focus.value = Math.max(0, Math.min(at, items.value.length - 1));
    if (extend) selected.value = new Set(between(items.value, anchor.value, focus.value));
    else anchor.value = focus.value;
  }

  /** Go with the images: other images before them move the focus, other images around it take the selection away. */
  function follow(move: Move): void {
    if ("to" in move) {
      selected.value = new Set();
      goTo(move.to);
    } else {
      focus.value += move.by;
      anchor.value += move.by;
    }
  }

  function toggle(at = focus.value): void {
    const image = items.value[at];
    if (!image) return;
    const next = new Set(selected.value);
    if (!next.delete(image.image_id)) next.add(image.image_id);
    selected.value = next;
    anchor.value = at;
  }

  const selectAll = () => (selected.value = new Set(items.value.map((image) => image.image_id)));
  const clear = () => (selected.value = new Set());

  return { focus, focused, selected, targets, goTo, follow, toggle, selectAll, clear };
}
