// The canvas that shows the picture of a screen, for its keys and buttons.
import { onScopeDispose, ref, shallowRef } from "vue";
import type { AnnotationCanvas } from "@/canvas";

export function useLooking() {
  const canvas = shallowRef<AnnotationCanvas>();
  /** CSS pixels per picture pixel. */
  const scale = ref(1);
  let leave: (() => void) | undefined;

  /** Follow a canvas that was made; undefined when it is gone. */
  function follow(made: AnnotationCanvas | undefined): void {
    leave?.();
    canvas.value = made;
    if (!made) return;
    scale.value = made.scale;
    leave = made.on("viewed", (view) => (scale.value = view.scale));
  }
  onScopeDispose(() => leave?.());

  return {
    scale,
    follow,
    zoomInTurn: () => canvas.value?.zoomInTurn(),
    /** Pass on a key that zooms. */
    press: (event: KeyboardEvent) => void canvas.value?.key(event),
  };
}
