// The shapes on the canvas: the marks of the image and the open proposals of a model.
import { computed, type Ref, ref, shallowRef, watch } from "vue";
import { newKey } from "@/api/client";
import type { DefectClass, DrawnDefect, Image } from "@/api/types";
import type { ChangeSet, Geometry, Shape, ShapeClass } from "@/canvas";
import { classColour } from "@/features/gallery/viewer/shapes";
import { useStoredMasks } from "@/features/gallery/viewer/useStoredMasks";
import { type Mark, shapesOf } from "./marks";
import { openAfter, type Proposable, type Proposal, proposalsOf } from "./proposals";
import { type MarksJudgement, useMarks } from "./useMarks";

interface Parts {
  image: Ref<Image | undefined>;
  classes: Ref<readonly DefectClass[]>;
  /** The class of new marks. */
  chosen: Ref<string | undefined>;
  proposable: Ref<readonly Proposable[]>;
  nameOf(class_id: string): string;
  submit(judgement: MarksJudgement): void;
}

export function useDrawing({ image, classes, chosen, proposable, nameOf, submit }: Parts) {
  const marks = useMarks(image, submit);
  const { masks, isLoading } = useStoredMasks(image);
  const shapes = shallowRef<readonly Shape[]>([]);
  const all = shallowRef<readonly Proposal[]>([]);
  const open = ref<ReadonlySet<string>>(new Set());
  /** The marks that the canvas could not draw yet. */
  let undrawn: readonly Mark[] = [];
  const rejected = new Map<string, Geometry[]>();

  const classOf = (class_id: string): ShapeClass => ({
    class_id,
    colour: classColour(class_id, classes.value),
    label: nameOf(class_id),
  });

  /** Nothing is proposed before there is a class to accept it as. */
  function proposed(of: Image, drawn: readonly Shape[]): Proposal[] {
    const covered = [...drawn.map(({ geometry }) => geometry), ...(rejected.get(of.image_id) ?? [])];
    const open = chosen.value === undefined ? [] : proposable.value;
    return proposalsOf(open, covered, (class_id) => classOf(class_id ?? chosen.value ?? ""), newKey);
  }

  const drawable = (some: readonly Mark[]) => shapesOf(some, image.value!, masks.value, classOf);

  function showAll(): void {
    const of = image.value;
    if (!of) return;
    const drawn = drawable(marks.marks.value);
    undrawn = marks.marks.value.filter(({ id }) => !drawn.some((shape) => shape.id === id));
    all.value = proposed(of, drawn);
    open.value = new Set(all.value.map(({ shape }) => shape.id));
    shapes.value = [...drawn, ...all.value.map(({ shape }) => shape)];
  }

  function changed(set: ChangeSet, edit: MarksJudgement["edit"] = "draw"): void {
    const id = image.value?.image_id;
    open.value = openAfter(open.value, set);
    if (id && set.edit === "reject") {
      const gone = set.changes.flatMap(({ before, after }) => (before && !after ? [before.geometry] : []));
      rejected.set(id, [...(rejected.get(id) ?? []), ...gone]);
    }
    marks.changed(set, edit);
  }

  /** Change the class of a mark, or drop it, where the canvas has no shape of it. */
  const rename = (id: string, class_id: string) =>
    marks.put(marks.marks.value.map((mark) => (mark.id === id ? withClass(mark, class_id) : mark)));
  const drop = (id: string) => marks.put(marks.marks.value.filter((mark) => mark.id !== id));

  const isClassKnown = computed(() => chosen.value !== undefined);
  watch([marks.shown, proposable, classes, isClassKnown], showAll, { immediate: true });
  watch(masks, () => {
    if (image.value && drawable(undrawn).length) showAll();
  });

  return {
    marks: marks.marks,
    masks: computed(() => (isLoading.value ? undefined : masks.value)),
    shapes,
    proposals: computed(() => all.value.filter(({ shape }) => open.value.has(shape.id))),
    classOf,
    /** The class of new marks, as the canvas draws it. */
    drawn_as: computed(() => classOf(chosen.value ?? "")),
    changed,
    rename,
    drop,
    decide: marks.decide,
    send: marks.send,
    restore: marks.restore,
  };
}

const withClass = (mark: Mark, class_id: string): Mark => {
  const defect: DrawnDefect = { ...mark.defect, class_id };
  return { ...mark, defect };
};
