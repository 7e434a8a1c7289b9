// The images of the grid: pages of one filter, loaded where a person looks, and updated when commands are saved.
import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from "vue";
import { api, bodyOf } from "@/api/client";
import { imagesOf, type PendingCommand } from "@/features/outbox/pendingCommand";
import { useOutbox } from "@/features/outbox/store";
import { refDebounced } from "@/ui/debounce";
import type { Filter } from "./filter";
import { canJump, countedOrder, opposite, stepFor } from "./loadedRange";
import { firstPlace, type Place } from "./pages";
import { savedAs } from "./savedAs";
import { type ImagePage, useLoadedRange } from "./useLoadedRange";

const FIRST_PAGE = 200;
const PAGE = 1000;
const SETTLE_MS = 60;

/** Asks for pages; only the last one that was asked for is taken. */
function useImagePages(dataset_id: Ref<string>, filter: Ref<Filter>) {
  const as_of = ref(0);
  const stale = ref(false);
  const loading = ref(true);
  const outdated = ref(false);
  const error = shallowRef<unknown>(null);
  let asking: AbortController | null = null;

  function fetchPage(from: Place, limit: number, min_version: number | undefined, signal: AbortSignal) {
    const query = { ...filter.value, ...from, limit, min_version } as { order: Filter["order"] };
    const path = { dataset_id: dataset_id.value };
    return bodyOf(api.GET("/v1/datasets/{dataset_id}/images", { params: { path, query }, signal }));
  }

  async function ask(from: Place, limit: number, take: (page: ImagePage) => void, min_version?: number) {
    asking?.abort();
    const { signal } = (asking = new AbortController());
    loading.value = true;
    outdated.value = limit === FIRST_PAGE;
    error.value = null;
    try {
      const page = await fetchPage(from, limit, min_version, signal);
      take(page);
      as_of.value = page.as_of ?? 0;
      stale.value = page.stale;
    } catch (reason) {
      if (signal.aborted) return;
      error.value = reason;
    }
    loading.value = false;
    outdated.value = false;
  }

  onScopeDispose(() => asking?.abort());
  return { as_of, stale, loading, outdated, error, ask };
}

export function useImageList(dataset_id: Ref<string>, filter: Ref<Filter>) {
  const outbox = useOutbox();
  const range = useLoadedRange(() => filter.value);
  const pages = useImagePages(dataset_id, filter);
  const { items, next, previous, before, moved } = range;
  const wanted = shallowRef({ first: 0, last: 0 });
  const settled = refDebounced(wanted, SETTLE_MS);

  /** Older rows would show an image that was just judged as not judged. */
  const savedHere = () => (filter.value.as_of ? undefined : outbox.savedVersion(dataset_id.value));

  function reload(min_version = savedHere()): Promise<void> {
    const from = firstPlace(filter.value);
    return pages.ask(from, FIRST_PAGE, (page) => range.start(from, page), min_version);
  }
  const goOn = (from: Place) => pages.ask(from, PAGE, (page) => range.goOn(from, page));
  const goBack = (from: Place) => pages.ask(from, PAGE, (page) => range.goBack(from, page));
  const jump = (skip: number, focus: number) =>
    pages.ask({ order: countedOrder(filter.value), skip }, FIRST_PAGE, (page) => range.jump(skip, focus, page));

  /** The screen will be there at once: until it says so, nothing is loaded for where it was. */
  const lookAt = (first: number, last: number) => void (wanted.value = settled.value = { first, last });

  /** Load the last images. `counted`: the number of all, where it is known. */
  function toEnd(counted: number | null): void {
    const loaded = before.value + items.value.length;
    if (!next.value || !canJump(filter.value)) moved.value = { to: items.value.length - 1 };
    else {
      const order = opposite(countedOrder(filter.value));
      void pages.ask({ order }, FIRST_PAGE, (page) => {
        range.end(counted ?? loaded + page.items.length, page);
        const end = before.value + items.value.length;
        lookAt(end, end);
      });
    }
  }

  function toStart(): void {
    lookAt(0, 0);
    if (before.value) void reload().then(() => (moved.value = { to: 0 }));
    else moved.value = { to: 0 };
  }

  const rangeNow = () => ({
    before: before.value,
    loaded: items.value.length,
    has_next: next.value !== null,
    has_previous: previous.value !== null,
    can_jump: canJump(filter.value),
  });

  /** Load the images from index `first` to `last` of all, and some more. */
  const need = (first: number, last: number) => void (wanted.value = { first, last });
  watch([settled, pages.loading], () => {
    if (pages.loading.value || pages.error.value) return;
    const { first, last } = settled.value;
    const step = stepFor(rangeNow(), first, last);
    if (step?.kind === "jump") void jump(step.skip, last - 1);
    if (step?.kind === "on") void goOn(next.value!);
    if (step?.kind === "back") void goBack(previous.value!);
  });

  function saved(command: PendingCommand, version: number, by: string): void {
    if (command.dataset_id !== dataset_id.value) return;
    if (pages.loading.value && !items.value.length) return void reload(version);
    const now = new Date().toISOString();
    range.patch(imagesOf(command), (image) => savedAs(image, command, version, by, now));
    pages.as_of.value = Math.max(pages.as_of.value, version);
  }

  watch(
    [dataset_id, filter],
    () => {
      lookAt(0, 0);
      next.value = null;
      void reload();
    },
    { immediate: true },
  );

  const { as_of, stale, loading, outdated, error } = pages;
  const { at, patch } = range;
  const complete = computed(() => next.value === null);
  return {
    ...{ items, at, patch, before, moved, complete, as_of, stale, loading, outdated, error },
    ...{ need, toEnd, toStart, reload, saved },
  };
}
