// The claims of the gallery: the images from the place on that nobody has judged.
import type { Ref } from "vue";
import type { Dataset } from "@/api/types";
import { useClaims } from "@/features/claims/useClaims";
import { useOutbox } from "@/features/outbox/store";
import { useRights } from "@/features/rights/useRights";
import { unjudgedFrom } from "./unjudged";
import type { useImageList } from "./useImageList";
import type { useSelection } from "./useSelection";
import type { useViewed } from "./useViewed";

interface Parts {
  dataset_id: Ref<string>;
  dataset: Ref<Dataset | undefined>;
  as_of: Ref<string | undefined>;
  list: Pick<ReturnType<typeof useImageList>, "items">;
  selection: ReturnType<typeof useSelection>;
  viewed: ReturnType<typeof useViewed>;
}

/** A past version is not judged, and neither are images of a project in which the person has no right to. */
export function useGalleryClaims({ dataset_id, dataset, as_of, list, selection, viewed }: Parts) {
  const outbox = useOutbox();
  const { whyNot } = useRights();
  const place = () => (viewed.open.value ? viewed.position.value : selection.focus.value);
  return useClaims(
    dataset_id,
    () => unjudgedFrom(list.items.value, place(), outbox.shown),
    () => !as_of.value && dataset.value !== undefined && !whyNot("submit_annotations", dataset.value.project_id),
  );
}
