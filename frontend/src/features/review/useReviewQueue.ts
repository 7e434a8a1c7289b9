// The review queue: what waits, the place in it, and the commands that take an annotation out of it.
import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from "vue";
import { newKey } from "@/api/client";
import type { Image, ToReview } from "@/api/types";
import { carryOut } from "@/features/history/changes";
import { useOutbox } from "@/features/outbox/store";
import { REASONS } from "@/ui/reasons";
import { type Chosen, type Review, useReview, useWaiting } from "./queries";

/** The annotation as it was seen: the image at a revision. */
export const annotationOf = ({ image_id, revision }: Pick<Image, "image_id" | "revision">): string =>
  `${image_id} ${revision}`;

/** Call `saved` with the new version when a reviewer's own judgement is stored, and `refused` with its annotations
 * when it is not. */
function useSentCorrections(
  dataset_id: Ref<string>,
  saved: (version: number) => void,
  refused: (annotations: string[]) => void,
): void {
  const outbox = useOutbox();
  const client = useQueryClient();
  const askAgain = () => void client.invalidateQueries({ queryKey: ["review"] });
  onScopeDispose(
    outbox.onSaved((command, version) => {
      if (command.dataset_id !== dataset_id.value) return;
      saved(version);
      askAgain();
    }),
  );
  onScopeDispose(
    outbox.onRefused((command) => {
      if (command.dataset_id !== dataset_id.value || command.kind !== "annotate") return;
      refused(command.annotations.map(annotationOf));
      askAgain();
    }),
  );
}

export function useReviewQueue(dataset_id: Ref<string>, chosen: Ref<Chosen>) {
  const client = useQueryClient();
  const version = ref<number>();
  const position = ref(0);
  const done = shallowRef<ReadonlySet<string>>(new Set());
  const failure = ref<Error | null>(null);
  let batches: { batch: string; annotations: string[] }[] = [];
  const { data: waiting, error, refetch, isPending } = useWaiting(dataset_id, chosen, version);

  /** A reviewed annotation leaves the list at once, before the answer. */
  const items = computed(() => waiting.value?.items.filter(({ image }) => !done.value.has(annotationOf(image))) ?? []);
  const at = computed({
    get: () => Math.min(position.value, items.value.length - 1),
    set: (place) => (position.value = place),
  });
  const current = computed<ToReview | undefined>(() => items.value[at.value]);
  watch(chosen, () => (position.value = 0), { deep: true });

  const leave = (annotations: string[]) => (done.value = new Set([...done.value, ...annotations]));
  const comeBack = (annotations: string[]) =>
    (done.value = new Set([...done.value].filter((one) => !annotations.includes(one))));
  const review = useReview(dataset_id, version, (reviews, error) => {
    const refused = reviews.map(annotationOf);
    comeBack(refused);
    batches = batches.filter(({ annotations }) => annotations[0] !== refused[0]);
    failure.value = error;
  });

  function submit(of: readonly ToReview[], outcome: Review["outcome"], reason = "", confused: string[] = []): void {
    if (!of.length) return;
    const reviews = of.map(({ image: { image_id, revision } }) => ({ image_id, revision, outcome, reason, confused }));
    const batch = newKey();
    batches.push({ batch, annotations: reviews.map(annotationOf) });
    leave(reviews.map(annotationOf));
    review.mutate({ reviews, batch });
  }

  const undoing = useMutation({
    mutationFn: ({ batch }: { batch: string; annotations: string[] }) =>
      carryOut(dataset_id.value, { batch_id: batch }, REASONS.undo, () => undefined),
    scope: { id: "reviews" },
    onError: (error: Error, last) => {
      batches.push(last);
      failure.value = error;
    },
    onSuccess: async (undone, { annotations }) => {
      version.value = undone.version;
      comeBack(annotations);
      await client.invalidateQueries({ queryKey: ["review"] });
      goTo(annotations[0]!.split(" ")[0]!);
    },
  });
  /** Undo the last review of this page. Returns false when there is none. */
  function undo(): boolean {
    const last = batches.pop();
    if (last) undoing.mutate(last);
    return last !== undefined;
  }

  const step = (by: number) => (position.value = Math.max(0, Math.min(items.value.length - 1, at.value + by)));
  function goTo(image_id: string): void {
    const found = items.value.findIndex(({ image }) => image.image_id === image_id);
    if (found >= 0) position.value = found;
  }
  useSentCorrections(dataset_id, (saved) => (version.value = Math.max(version.value ?? 0, saved)), comeBack);

  return {
    waiting,
    error,
    refetch,
    isPending,
    version,
    items,
    position: at,
    current,
    failure,
    submit,
    leave,
    undo,
    step,
    goTo,
  };
}
