// The state of the standard beside an image: class, rule, limit samples, and the sample that lies over the image.
import { computed, type Ref, ref, watch } from "vue";
import type { Image } from "@/api/types";
import { useLabelBook } from "./queries";

export function useStandardPanel(
  project_id: () => string | undefined,
  image: Ref<Image | undefined>,
  first: () => string | undefined = () => undefined,
) {
  const { data: book } = useLabelBook(project_id);
  const chosen = ref<string | null>(null);
  const at = ref(0);
  const over = ref(false);

  const classes = computed(() => book.value?.classes ?? []);
  /** The chosen class, else the class of the image, else the first class of the label book. */
  const class_id = computed(
    () => chosen.value ?? first() ?? image.value?.defects[0]?.class_id ?? classes.value[0]?.class_id,
  );
  const of = computed(() => classes.value.find((one) => one.class_id === class_id.value));
  const samples = computed(() => of.value?.samples.filter(({ status }) => status === "valid") ?? []);
  const sample = computed(() => (samples.value.length ? samples.value[at.value % samples.value.length] : undefined));

  function choose(id: string): void {
    chosen.value = id;
    at.value = 0;
  }
  const flicker = () => (over.value = Boolean(sample.value) && !over.value);
  const next = () => (at.value += 1);
  const pick = (sample_id: string) =>
    (at.value = Math.max(
      0,
      samples.value.findIndex((one) => one.sample_id === sample_id),
    ));

  watch(
    () => image.value?.image_id,
    () => (over.value = false),
  );
  watch(class_id, () => {
    at.value = 0;
    over.value = false;
  });
  /** The props of StandardPanel, for `v-bind`. */
  const panelProps = computed(() => ({
    classes: classes.value,
    of: of.value,
    samples: samples.value,
    sample: sample.value,
    over: over.value,
  }));
  /** The listeners of StandardPanel, for `v-on`. */
  const panelEvents = { choose, flicker, next, pick };
  return { classes, class_id, samples, sample, over, flicker, next, pick, panelProps, panelEvents };
}
