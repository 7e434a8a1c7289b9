// The picture that is on screen: nobody decides about an image before its picture has loaded.
import { computed, ref, watch } from "vue";

export function useOnScreen(current: () => string | undefined) {
  const loaded = ref<string>();
  watch(current, () => (loaded.value = undefined), { flush: "sync" });

  /** Report that the picture of an image has loaded. One that is not current any more is ignored. */
  function load(image_id: string): void {
    if (image_id === current()) loaded.value = image_id;
  }
  /** Report that another picture is asked for, before it is current. */
  const leave = () => (loaded.value = undefined);
  return { load, leave, isOnScreen: computed(() => loaded.value !== undefined && loaded.value === current()) };
}
