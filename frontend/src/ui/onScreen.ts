// The picture that is on screen: nobody decides about an image before its picture has loaded.
import { computed, ref, watch } from "vue";

export function useOnScreen(current: () => string | undefined) {
  const loaded = ref<string>();
  const failed = ref<string>();
  watch(current, leave, { flush: "sync" });

  /** Report that the picture of an image has loaded. One that is not current any more is ignored. */
  function load(image_id: string): void {
    if (image_id === current()) loaded.value = image_id;
  }
  /** Report that the picture of an image cannot be shown. */
  function fail(image_id: string): void {
    if (image_id === current()) failed.value = image_id;
  }
  /** Report that another picture is asked for, before it is current. */
  function leave(): void {
    loaded.value = failed.value = undefined;
  }
  const isOnScreen = computed(() => loaded.value !== undefined && loaded.value === current());
  /** True when nothing more is to come: the picture is on screen, or a person sees that it cannot be shown. */
  const isSettled = computed(() => isOnScreen.value || (failed.value !== undefined && failed.value === current()));
  return { load, fail, leave, isOnScreen, isSettled };
}
