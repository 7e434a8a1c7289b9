// Moves on to the next image to judge: within the filter, and past the images that are judged already.
import { type Ref, watch } from "vue";
import { useI18n } from "vue-i18n";
import type { Image } from "@/api/types";
import type { PendingCommand } from "@/features/outbox/pendingCommand";
import { useOutbox } from "@/features/outbox/store";
import type { Filter } from "./filter";
import type { useImageList } from "./useImageList";
import type { useSelection } from "./useSelection";
import type { useTriage } from "./useTriage";
import { isUnjudged, useUnjudged } from "./useUnjudged";
import type { useViewed } from "./useViewed";

interface Parts {
  filter: Ref<Filter>;
  list: Pick<ReturnType<typeof useImageList>, "items" | "before" | "loading" | "complete" | "need">;
  selection: ReturnType<typeof useSelection>;
  viewed: ReturnType<typeof useViewed>;
  triage: Pick<ReturnType<typeof useTriage>, "open" | "step" | "current" | "isSeen" | "isSettled" | "notice">;
  /** Return the person who judges the image now, whose images are passed over. */
  holderOf(image_id: string): string | undefined;
}

/** Return true when a person looks through judged images, or at the past. */
const asksForJudged = ({ verdict, as_of }: Filter) =>
  as_of !== undefined || (verdict !== undefined && verdict !== "unlabelled");

/** Return true when a person works through the images that nobody has judged. */
const asksForUnjudged = ({ verdict, as_of }: Filter) => as_of === undefined && verdict === "unlabelled";

export function useAdvance({ filter, list, selection, viewed, triage, holderOf }: Parts) {
  const { t } = useI18n();
  const outbox = useOutbox();
  const isFree = (image: Image) => isUnjudged(outbox.shown(image)) && !holderOf(image.image_id);
  const { seek, stop, isSeeking } = useUnjudged(list, isFree, goTo);
  watch([selection.focus, () => viewed.image.value?.image_id], stop, { flush: "sync" });

  function goTo(at: number): void {
    if (at < 0) triage.notice.value = list.items.value.length ? t("gallery.all_judged") : "";
    else if (viewed.open.value) triage.open(list.items.value[at]!.image_id);
    else selection.goTo(at);
  }

  /** Begin at the first unjudged image of the filter, or at the first of judged ones that were asked for. */
  function begin(): void {
    selection.clear();
    selection.goTo(0);
    triage.notice.value = "";
    if (!viewed.open.value && !asksForJudged(filter.value)) seek(-1);
  }

  /** A person does not begin with an image that somebody else judges. */
  function passOver(): void {
    const { value: first } = selection.focused;
    if (first && holderOf(first.image_id) && !viewed.open.value && !selection.selected.value.size)
      seek(selection.focus.value);
  }

  /** After a judgement go to the next unjudged image; after other acts, and among judged images, to the next one. */
  function moveOn(kind: PendingCommand["kind"]): void {
    triage.notice.value = "";
    const at = viewed.open.value ? viewed.position.value : selection.focus.value;
    const isOne = viewed.open.value || !selection.selected.value.size;
    selection.clear();
    const isListed = at >= 0 && !asksForJudged(filter.value);
    if (kind === "annotate" && (isListed || asksForUnjudged(filter.value))) seek(at);
    else if (viewed.open.value) triage.step(1);
    else if (isOne) selection.goTo(at + 1);
  }

  /** Return true when the image that a decision would be about is on screen. */
  const isReady = () => !isSeeking.value && triage.isSeen();
  /** Return true when a person sees what another act would be about: a picture that cannot be shown is excluded, too. */
  const isSettled = () => !isSeeking.value && (Boolean(triage.current.value?.erased) || triage.isSettled());
  return { begin, passOver, moveOn, isReady, isSettled };
}
