// Moves through the images of the grid and the viewer, and back by undo.
import { computed, type Ref, ref } from "vue";
import { useI18n } from "vue-i18n";
import type { Image } from "@/api/types";
import { useOutbox } from "@/features/outbox/store";
import { REASONS } from "@/ui/reasons";
import type { useImageList } from "./useImageList";
import type { useSelection } from "./useSelection";
import type { useViewed } from "./useViewed";

interface Parts {
  list: Pick<ReturnType<typeof useImageList>, "items" | "at" | "toEnd" | "toStart">;
  selection: ReturnType<typeof useSelection>;
  viewed: ReturnType<typeof useViewed>;
  grid: Ref<{ step(key: string): number; takeFocus(): void } | null>;
  /** The number of images of the filter; null when it is not known. */
  counted: () => number | null;
  /** Return the person who judges the image now, whose images are passed over. */
  holderOf(image_id: string): string | undefined;
}

export function useTriage({ list, selection, viewed, grid, counted, holderOf }: Parts) {
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

  function open(image_id: string): void {
    if (list.at(image_id) >= 0) selection.goTo(list.at(image_id));
    viewed.show(image_id);
  }

  function close(): void {
    viewed.show(null);
    setTimeout(() => grid.value?.takeFocus());
  }

  function step(by: number): void {
    const { value: at } = viewed.position;
    const image = at < 0 ? undefined : list.items.value[at + by];
    if (image) open(image.image_id);
    else if (by > 0 && at >= 0) notice.value = t("gallery.last");
  }

  /** Return how many images on the next one is that nobody else judges now. */
  function stepToFree(from: number): number {
    const { value: images } = list.items;
    let next = from + 1;
    while (next < images.length && holderOf(images[next]!.image_id)) next += 1;
    return next - from;
  }

  function moveOn(): void {
    notice.value = "";
    if (viewed.open.value) step(stepToFree(viewed.position.value));
    else if (selection.selected.value.size) selection.clear();
    else selection.goTo(selection.focus.value + stepToFree(selection.focus.value));
  }

  /** A person does not begin with an image that somebody else judges. */
  function passOver(): void {
    const { value: first } = selection.focused;
    if (first && holderOf(first.image_id) && !viewed.open.value && !selection.selected.value.size) moveOn();
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

  return { targets, current, notice, open, openFocused, close, step, moveOn, passOver, undo, point, move };
}
