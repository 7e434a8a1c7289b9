// The open items of one re-adjudication request, and the commands on them.
import { useQueryClient } from "@tanstack/vue-query";
import { computed, onScopeDispose, type Ref, ref, watch } from "vue";
import { useI18n } from "vue-i18n";
import type { BookClass, Image, Readjudication, Verdict } from "@/api/types";
import { useSelection } from "@/features/gallery/useSelection";
import { useOutbox } from "@/features/outbox/store";
import { imageAfter, imagesOf, inBatches } from "@/features/outbox/pendingCommand";
import { nameIn } from "@/features/standard/names";
import { REASONS } from "@/ui/reasons";
import { needsClass, rejudged } from "./judging";
import { useItems } from "./queries";

const LONGEST_LOOK_S = 600;

export function useQueue(dataset_id: Ref<string>, request: Ref<Readjudication | undefined>, classes: Ref<BookClass[]>) {
  const { t, locale } = useI18n();
  const outbox = useOutbox();
  const client = useQueryClient();
  const id = computed(() => request.value?.readjudication_id);
  const { data, error, isPending, refetch } = useItems(dataset_id, id);
  const items = computed(() => data.value?.items ?? []);
  const images = computed<Image[]>(() => items.value.map(({ image }) => image));
  const selection = useSelection(images);
  const focused = computed(() => items.value[selection.focus.value]);
  const retired = computed(
    () => new Set(classes.value.filter((one) => one.retired !== null).map((one) => one.class_id)),
  );
  const notice = ref("");
  const version = ref<number>();
  const answered = ref<ReadonlySet<string>>(new Set());
  let since = Date.now();

  function decide(verdict: Verdict, class_id: string | null): void {
    const moved = request.value?.class_id ?? "";
    const targets = selection.targets.value
      .map((image) => outbox.shown(image))
      .filter((image) => image.excluded === null);
    if (!targets.length) return;
    if (targets.some((image) => needsClass(image, verdict, class_id, retired.value))) {
      notice.value = t("readjudicate.choose", { name: nameIn(classes.value, moved, locale.value) });
      return;
    }
    const seconds = Math.round((Math.min(LONGEST_LOOK_S, (Date.now() - since) / 1000) / targets.length) * 10) / 10;
    const judge = (image: Image) => rejudged(image, { verdict, class_id }, moved, retired.value, seconds);
    outbox.act(
      inBatches(targets).map((some) => ({
        kind: "annotate",
        dataset_id: dataset_id.value,
        annotations: some.map(judge),
      })),
      targets,
    );
    since = Date.now();
    moveOn();
  }

  function moveOn(): void {
    notice.value = "";
    if (selection.selected.value.size) selection.clear();
    else selection.goTo(selection.focus.value + 1);
  }

  function undo(): void {
    const undone = outbox.undo(REASONS.undo);
    notice.value = t(undone ? "gallery.undone" : "gallery.nothing_to_undo");
    const at = images.value.findIndex(({ image_id }) => image_id === undone?.[0]);
    if (at >= 0) selection.goTo(at);
  }

  onScopeDispose(
    outbox.onSaved((command, saved) => {
      if (command.dataset_id !== dataset_id.value || !data.value) return;
      const ids = new Set(imagesOf(command));
      const next = items.value.map((item) =>
        ids.has(item.image.image_id)
          ? { ...item, image: { ...imageAfter(item.image, command), revision: saved } }
          : item,
      );
      client.setQueryData(["readjudication items", dataset_id.value, id.value], { ...data.value, items: next });
      answered.value = new Set([...answered.value, ...ids]);
      version.value = saved;
    }),
  );
  onScopeDispose(
    outbox.onConflict((image) => {
      const next = items.value.map((item) => (item.image.image_id === image.image_id ? { ...item, image } : item));
      if (data.value)
        client.setQueryData(["readjudication items", dataset_id.value, id.value], { ...data.value, items: next });
    }),
  );
  watch(id, () => {
    selection.clear();
    selection.goTo(0);
    since = Date.now();
  });
  onScopeDispose(() => client.removeQueries({ queryKey: ["readjudication items"] }));

  return { items, images, focused, selection, notice, version, answered, error, isPending, refetch, decide, undo };
}
