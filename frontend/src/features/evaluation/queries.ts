// Queries of the figures of a run: over the threshold, by slices, by defect classes, and by size of defects.
import { keepPreviousData, useQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { api, bodyOf } from "@/api/client";
import type { Run } from "@/api/types";
import type { SlicedBy } from "./slices";
import type { Zone } from "./zone";

export interface SlicesWish {
  by: SlicedBy;
  then_by?: SlicedBy;
}

/** What every figure depends on: the run, its predictions and the split it was evaluated on. */
const scoredOf = (run: Run) => ({ run_id: run.run_id, predictions: run.predictions, split: run.evaluation?.split });

export function useCurve(run: MaybeRefOrGetter<Run>, defect_rate: MaybeRefOrGetter<number | undefined>) {
  const key = computed(() => ({ ...scoredOf(toValue(run)), defect_rate: toValue(defect_rate) }));
  return useQuery({
    queryKey: ["curve", key],
    queryFn: () => {
      const { run_id, split, defect_rate } = key.value;
      return bodyOf(
        api.GET("/v1/runs/{run_id}/curve", { params: { path: { run_id }, query: { split, defect_rate } } }),
      );
    },
    enabled: () => Boolean(key.value.predictions && key.value.split),
    placeholderData: keepPreviousData,
  });
}

/** The bounds of what two thresholds decide alone. */
export function useGreyZone(run: MaybeRefOrGetter<Run>, zone: MaybeRefOrGetter<Zone>) {
  const key = computed(() => ({ ...scoredOf(toValue(run)), ...toValue(zone) }));
  return useQuery({
    queryKey: ["grey zone", key],
    queryFn: () => {
      const { run_id, split, low, high } = key.value;
      return bodyOf(
        api.GET("/v1/runs/{run_id}/grey-zone", { params: { path: { run_id }, query: { split, low, high } } }),
      );
    },
    enabled: () => Boolean(key.value.predictions && key.value.split),
  });
}

export function useClasses(run: MaybeRefOrGetter<Run>) {
  const key = computed(() => scoredOf(toValue(run)));
  return useQuery({
    queryKey: ["run classes", key],
    queryFn: () => {
      const { run_id, split } = key.value;
      return bodyOf(api.GET("/v1/runs/{run_id}/classes", { params: { path: { run_id }, query: { split } } }));
    },
    enabled: () => Boolean(key.value.predictions && key.value.split),
  });
}

export function useSlices(run: MaybeRefOrGetter<Run>, by: MaybeRefOrGetter<SlicesWish>) {
  const key = computed(() => ({ ...scoredOf(toValue(run)), ...toValue(by) }));
  return useQuery({
    queryKey: ["slices", key],
    queryFn: () => {
      const { run_id, split, by, then_by } = key.value;
      return bodyOf(
        api.GET("/v1/runs/{run_id}/slices", { params: { path: { run_id }, query: { split, by, then_by } } }),
      );
    },
    enabled: () => Boolean(key.value.predictions && key.value.split),
    placeholderData: keepPreviousData,
  });
}

export function useDefectSizes(run: MaybeRefOrGetter<Run>, pixels_per_mm: MaybeRefOrGetter<number | undefined>) {
  const key = computed(() => ({ ...scoredOf(toValue(run)), pixels_per_mm: toValue(pixels_per_mm) }));
  return useQuery({
    queryKey: ["defect sizes", key],
    queryFn: () => {
      const { run_id, split, pixels_per_mm } = key.value;
      return bodyOf(
        api.GET("/v1/runs/{run_id}/defect-sizes", { params: { path: { run_id }, query: { split, pixels_per_mm } } }),
      );
    },
    enabled: () => Boolean(key.value.predictions && key.value.split && toValue(run).evaluation?.mapped_images),
    placeholderData: keepPreviousData,
  });
}
