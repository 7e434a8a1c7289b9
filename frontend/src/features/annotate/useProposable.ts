// The regions of a model's map that can be proposed: of a segmentation with their pixels, of other models by boxes.
import { type Ref, shallowRef, watch } from "vue";
import type { Image, Prediction, Run } from "@/api/types";
import { type Box, loadRegionMasks } from "@/canvas";
import type { Proposable, Region } from "./proposals";

interface Of {
  image: Ref<Image | undefined>;
  run: Ref<Run | undefined>;
  /** Undefined while it is on its way; null where nothing is proposed. */
  prediction: Ref<Prediction | null | undefined>;
}

export function useProposable({ image, run, prediction }: Of) {
  const proposable = shallowRef<readonly Proposable[]>([]);
  let turn = 0;

  async function masksOf(regions: readonly Region[], heatmap: string | null | undefined) {
    const size = image.value;
    if (run.value?.recipe["method"] !== "segmentation" || !heatmap || !size) return [];
    // Plain ones: a worker takes no proxies.
    const boxes = regions.map(({ box }) => [...box] as unknown as Box);
    return loadRegionMasks(heatmap, boxes, { width: size.width, height: size.height }).catch(() => []);
  }

  async function follow(): Promise<void> {
    const mine = (turn += 1);
    const regions = prediction.value?.regions ?? [];
    proposable.value = [];
    const masks = regions.length ? await masksOf(regions, prediction.value?.heatmap) : [];
    if (mine === turn) proposable.value = regions.map((region, at) => ({ region, mask: masks[at] ?? null }));
  }

  watch([prediction, () => image.value?.image_id], follow, { immediate: true });
  return proposable;
}
