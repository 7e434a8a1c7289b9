// The filter in the URL, and the ways to change it.
import { computed } from "vue";
import { useRoute } from "vue-router";
import { useAddress } from "@/app/useAddress";
import { type Filter, filterFrom, queryFrom } from "./filter";

export function useFilter() {
  const route = useRoute();
  const address = useAddress();

  /** The object stays the same while the filter is equal, because opening an image also changes the URL. */
  const filter = computed<Filter>((before) => {
    const now = filterFrom(route.query);
    return before && JSON.stringify(before) === JSON.stringify(now) ? before : now;
  });
  const narrow = (next: Filter) => void address.change(queryFrom(next));
  const pick = (verdict: string) =>
    narrow({ ...filter.value, verdict: filter.value.verdict === verdict ? undefined : verdict });
  return { filter, narrow, pick };
}
