// The claims of the review: two reviewers of one queue look at different annotations.
import { type Ref, watch } from "vue";
import { useClaims } from "@/features/claims/useClaims";
import type { useReviewQueue } from "./useReviewQueue";

type Queue = Pick<ReturnType<typeof useReviewQueue>, "items" | "position">;

export function useReviewClaims(dataset_id: Ref<string>, { items, position }: Queue, works: () => boolean) {
  const claims = useClaims(
    dataset_id,
    () => items.value.slice(Math.max(0, position.value)).map(({ image }) => image.image_id),
    works,
  );

  /** Move on to the first annotation that nobody else looks at now, if there is one. */
  function passOver(): void {
    const free = items.value.findIndex(
      ({ image }, at) => at >= position.value && claims.holderOf(image.image_id) === undefined,
    );
    if (free >= 0) position.value = free;
  }
  watch(claims.claims, passOver, { once: true });
  return { holderName: claims.holderName, passOver };
}
