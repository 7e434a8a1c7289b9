// Moves through the images of the grid and the viewer, and back by undo.
import { computed, nextTick, type Ref, ref, watch } from "vue";
import { useI18n } from "vue-i18n";
import type { Image } from "@/api/types";
import { useOutbox } from "@/features/outbox/store";
import { REASONS } from "@/ui/reasons";
import { useOnScreen } from "@/ui/onScreen";
import type { useImageList } from "./useImageList";
import type { useSelection } from "./useSelection";
import type { useViewed } from "./useViewed";

interface Parts {
  list: Pick<ReturnType<typeof useImageList>, "items" | "loading" | "at" | "toEnd" | "toStart">;
  selection: ReturnType<typeof useSelection>;
  viewed: ReturnType<typeof useViewed>;
  grid: Ref<{
    step(key: string): number;
    isShown(at: number): boolean;
    isSettled(at: number): boolean;
    takeFocus(): void;
  } | null>;
  /** The number of images of the filter; null when it is not known. */
  counted: () => number | null;
}

export function useTriage({ list, selection, viewed, grid, counted }: Parts) {
  const { t } = useI18n();
  const outbox = useOutbox();
  const notice = ref("");

  /** The images that the next key acts on. */
  const targets = computed<Image[]>(() => {
    if (!viewed.open.value) return selection.targets.value;
    return viewed.image.value ? [viewed.image.value] : [];
  });
  const current = computed(() => {
    const image = viewed.open.value ? viewed.image.value : selection.focused.value;
    return image && outbox.shown(image);
  });

  const onScreen = useOnScreen(() => viewed.image.value?.image_id);

  /** Return true when a person can see the image that a decision is about. A selection was made on purpose. */
  function isSeen(): boolean {
    if (viewed.open.value) return onScreen.isOnScreen.value;
    return selection.selected.value.size > 0 || (grid.value?.isShown(selection.focus.value) ?? false);
  }

  /** Return true when a person sees the image that an act is about, or sees that it cannot be shown. */
  function isSettled(): boolean {
    if (viewed.open.value) return onScreen.isSettled.value;
    return selection.selected.value.size > 0 || (grid.value?.isSettled(selection.focus.value) ?? false);
  }

  /** Say why a key does nothing: there is no image, or none on screen yet. */
  const sayNotOnScreen = () =>
    (notice.value = t(list.loading.value || targets.value.length ? "gallery.not_on_screen" : "gallery.no_image"));

  function open(image_id: string): void {
    if (list.at(image_id) >= 0) selection.goTo(list.at(image_id));
    if (image_id !== viewed.image.value?.image_id) onScreen.leave();
    viewed.show(image_id);
  }

  const close = () => viewed.show(null);
  watch(viewed.open, (open) => void (open || nextTick(() => grid.value?.takeFocus())));

  function step(by: number): void {
    const { value: at } = viewed.position;
    const image = at < 0 ? undefined : list.items.value[at + by];
    if (image) open(image.image_id);
    else if (by > 0 && at >= 0) notice.value = t("gallery.last");
  }

  function undo(): void {
    const undone = outbox.undo(REASONS.undo);
    notice.value = t(undone ? "gallery.undone" : "gallery.nothing_to_undo");
    const first = undone?.[0];
    if (first === undefined || list.at(first) < 0) return;
    selection.clear();
    if (viewed.open.value) open(first);
    else selection.goTo(list.at(first));
  }

  function point(at: number, { ctrlKey, metaKey, shiftKey }: MouseEvent): void {
    if (ctrlKey || metaKey) selection.toggle(at);
    selection.goTo(at, shiftKey);
    if (!ctrlKey && !metaKey && !shiftKey) selection.clear();
  }

  function move(key: string, extend: boolean): void {
    if (key === "End" && !extend) list.toEnd(counted());
    else if (key === "Home" && !extend) list.toStart();
    else selection.goTo(grid.value?.step(key) ?? 0, extend);
  }
  const openFocused = () => {
    if (selection.focused.value) open(selection.focused.value.image_id);
  };

  return {
    targets,
    current,
    notice,
    isSeen,
    isSettled,
    sayNotOnScreen,
    pictureLoaded: onScreen.load,
    pictureFailed: onScreen.fail,
    open,
    openFocused,
    close,
    step,
    undo,
    point,
    move,
  };
}
