// The number of images of the filter: counted by the server where it can be, else the loaded ones and more.
import { computed, type Ref } from "vue";
import type { Dataset } from "@/api/types";
import { expected } from "@/features/datasets/counts";
import { useFormat } from "@/ui/format";
import { extent } from "./extent";
import { countedBy, type optionsOf } from "./facets";
import type { Filter } from "./filter";
import type { useImageList } from "./useImageList";

export function useExtent(
  dataset: Ref<Dataset | undefined>,
  filter: Ref<Filter>,
  options: Ref<ReturnType<typeof optionsOf>>,
  list: ReturnType<typeof useImageList>,
) {
  const { count } = useFormat();
  const counted = computed(() =>
    dataset.value ? (expected(dataset.value, filter.value) ?? countedBy(options.value, filter.value)) : null,
  );
  const loaded = computed(() => list.items.value.length);
  const length = computed(() => extent(list.before.value + loaded.value, list.complete.value, counted.value));
  /** As shown. */
  const total = computed(() => (length.value.exact ? count(length.value.total) : `${count(loaded.value)}+`));
  return { counted, length, total };
}
