// The images of the grid: pages of one filter, loaded as far as a person scrolls, and updated when commands are saved.
import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from "vue";
import { api, bodyOf } from "@/api/client";
import type { Image } from "@/api/types";
import { imageAfter, imagesOf, type PendingCommand } from "@/features/outbox/pendingCommand";
import { refDebounced } from "@/ui/debounce";
import type { Filter } from "./filter";
import { firstPlace, following, type Place } from "./pages";

const FIRST_PAGE = 200;
const PAGE = 1000;
const SETTLE_MS = 60;

/** Return the image as the server has it after the command was saved as `version`. */
export function savedAs(image: Image, command: PendingCommand, version: number, by: string, at: string): Image {
  const next = imageAfter(image, command);
  if (command.kind === "split") return next;
  const judgement =
    command.kind === "annotate" && command.annotations.find(({ image_id }) => image_id === image.image_id);
  if (!judgement) return { ...next, revision: version };
  const { reason, seconds_spent, suggestion_id } = judgement;
  const label_book_revision = image.annotation?.label_book_revision ?? 0;
  return {
    ...next,
    revision: version,
    annotation: {
      by,
      at,
      version,
      reason,
      seconds_spent,
      suggestion_id,
      label_book_revision,
      review: null,
      mask_urls: [],
    },
  };
}

/** The images in order, with an index by id. */
function useIndexedImages() {
  const items = shallowRef<Image[]>([]);
  let index = new Map<string, number>();

  function put(images: Image[]): void {
    index = new Map(images.map((image, at) => [image.image_id, at]));
    items.value = images;
  }

  const add = (images: Image[]) => put([...items.value, ...images.filter(({ image_id }) => !index.has(image_id))]);

  function patch(image_ids: readonly string[], change: (image: Image) => Image): void {
    const images = items.value.slice();
    for (const id of image_ids) {
      const at = index.get(id);
      if (at !== undefined) images[at] = change(images[at]!);
    }
    items.value = images;
  }

  const at = (image_id: string) => index.get(image_id) ?? -1;
  return { items, at, put, add, patch };
}

export function useImageList(dataset_id: Ref<string>, filter: Ref<Filter>) {
  const { items, at, put, add, patch } = useIndexedImages();
  const next = shallowRef<Place | null>(null);
  const as_of = ref(0);
  const stale = ref(false);
  const loading = ref(true);
  const outdated = ref(false);
  const error = shallowRef<unknown>(null);
  const wanted = ref(0);
  const settled = refDebounced(wanted, SETTLE_MS);
  let asking: AbortController | null = null;

  function fetchPage(from: Place, limit: number, min_version: number | undefined, signal: AbortSignal) {
    const query = { ...filter.value, ...from, limit, min_version } as { order: Filter["order"] };
    return bodyOf(
      api.GET("/v1/datasets/{dataset_id}/images", {
        params: { path: { dataset_id: dataset_id.value }, query },
        signal,
      }),
    );
  }

  async function ask(from: Place, fresh: boolean, min_version?: number): Promise<void> {
    asking?.abort();
    const { signal } = (asking = new AbortController());
    loading.value = true;
    outdated.value = fresh;
    error.value = null;
    try {
      const page = await fetchPage(from, fresh ? FIRST_PAGE : PAGE, min_version, signal);
      if (fresh) put(page.items);
      else add(page.items);
      next.value = following(from, page.next_cursor ?? null, filter.value);
      as_of.value = page.as_of ?? 0;
      stale.value = page.stale;
    } catch (reason) {
      if (signal.aborted) return;
      error.value = reason;
    }
    loading.value = false;
    outdated.value = false;
  }

  const reload = (min_version?: number) => ask(firstPlace(filter.value), true, min_version);

  /** Load the pages up to index `at` and some more. */
  const need = (at: number) => void (wanted.value = at);
  watch([settled, loading], () => {
    const enough = settled.value + FIRST_PAGE / 2 <= items.value.length;
    if (!enough && next.value && !loading.value && !error.value) void ask(next.value, false);
  });

  function saved(command: PendingCommand, version: number, by: string): void {
    if (command.dataset_id !== dataset_id.value) return;
    const now = new Date().toISOString();
    patch(imagesOf(command), (image) => savedAs(image, command, version, by, now));
    as_of.value = Math.max(as_of.value, version);
  }

  watch(
    [dataset_id, filter],
    () => {
      wanted.value = 0;
      next.value = null;
      void reload();
    },
    { immediate: true },
  );
  onScopeDispose(() => asking?.abort());

  return {
    items,
    at,
    as_of,
    stale,
    loading,
    outdated,
    error,
    complete: computed(() => next.value === null),
    need,
    reload,
    patch,
    saved,
  };
}
