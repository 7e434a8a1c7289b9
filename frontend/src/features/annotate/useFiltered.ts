// The images of the filter around the one on screen: the place of it, the filmstrip, and the steps between images.
import { computed, onScopeDispose, type Ref, watch } from "vue";
import { useRoute, useRouter } from "vue-router";
import { useAddress } from "@/app/useAddress";
import { expected } from "@/features/datasets/counts";
import { useDataset } from "@/features/datasets/queries";
import { extent } from "@/features/gallery/extent";
import { type Filter, queryFrom } from "@/features/gallery/filter";
import { useImageList } from "@/features/gallery/useImageList";
import { pictureOf } from "@/features/gallery/viewer/drawable";
import { useOutbox } from "@/features/outbox/store";
import { useSession } from "@/features/session/session";
import { useFormat } from "@/ui/format";

const POLL_MS = 10_000;
const AHEAD = 3;
const STRIP = { before: 4, after: 10 };

export function useFiltered(dataset_id: Ref<string>, image_id: Ref<string>, filter: Ref<Filter>) {
  const route = useRoute();
  const router = useRouter();
  const address = useAddress();
  const outbox = useOutbox();
  const session = useSession();
  const { count } = useFormat();
  const as_of = computed(() => filter.value.as_of);
  const { data: dataset, error } = useDataset(dataset_id, POLL_MS, as_of);
  const list = useImageList(dataset_id, filter);
  const position = computed(() => (list.items.value.length ? list.at(image_id.value) : -1));

  const total = computed(() => {
    const counted = dataset.value ? expected(dataset.value, filter.value) : null;
    const loaded = list.before.value + list.items.value.length;
    const length = extent(loaded, list.complete.value, counted);
    return length.exact ? count(length.total) : `${count(loaded)}+`;
  });
  const strip = computed(() =>
    list.items.value.slice(Math.max(0, position.value - STRIP.before), position.value + STRIP.after).map(outbox.shown),
  );
  const next = computed(() =>
    list.items.value.slice(position.value + 1, position.value + 1 + AHEAD).flatMap((one) => pictureOf(one) ?? []),
  );

  function open(id: string): void {
    const params = { dataset_id: dataset_id.value, image_id: id };
    const at = Math.max(0, list.before.value + list.at(id));
    void router.replace({ name: "annotate", params, query: { ...queryFrom(filter.value), at } });
  }

  /** Open the image that many places further. Returns false where there is none. */
  function step(by: number): boolean {
    const image = position.value < 0 ? undefined : list.items.value[position.value + by];
    if (image) open(image.image_id);
    return image !== undefined;
  }

  /** Return true when the image was judged here, and the filter asks for others. */
  function isJudgedAway(): boolean {
    const image = list.items.value[position.value];
    const { verdict } = filter.value;
    return image !== undefined && verdict !== undefined && verdict !== (outbox.shown(image).verdict ?? "unlabelled");
  }

  /** Go back to the image in the gallery; after a judgement that took it out of the filter, to the next one there. */
  const leave = () =>
    void address.leaveFor({
      name: "gallery",
      params: { dataset_id: dataset_id.value },
      query: { ...queryFrom(filter.value), image: isJudgedAway() ? undefined : image_id.value },
    });

  /** The gallery says where the image is, so that its part of a large dataset is loaded. */
  const start = Number(route.query["at"] ?? 0);
  if (start) list.need(start, start + 1);
  watch(position, (at) => {
    if (at >= 0) list.need(list.before.value + at, list.before.value + at + AHEAD);
  });
  onScopeDispose(
    outbox.onSaved((command, version) => {
      if (!as_of.value) list.saved(command, version, session.actor);
    }),
  );
  onScopeDispose(outbox.onConflict((image) => list.patch([image.image_id], () => image)));

  const place = computed(() => (position.value < 0 ? undefined : list.before.value + position.value + 1));
  return { as_of, dataset, error, position, place, total, strip, next, open, step, leave };
}
