// The shapes of an annotation in the colours of their classes. Pure.
import type { Defect, DefectClass, Image } from "@/api/types";

export type DrawnImage = Pick<Image, "defects" | "width" | "height"> & { annotation: { mask_urls?: string[] } | null };

/** Return the colour of a class; without one, that of NG. */
export const classColour = (class_id: string, classes: readonly DefectClass[]): string =>
  classes.find((one) => one.class_id === class_id)?.colour || "var(--ng)";

/** Return the outlined defects with their colours. */
export const outlines = (image: DrawnImage, classes: readonly DefectClass[]) =>
  image.defects.filter(({ box, polygon }) => box || polygon).map((defect) => coloured(defect, classes));

/** Return the address and colour of each mask. The addresses are in the order of the defects with a mask. */
export const masks = (image: DrawnImage, classes: readonly DefectClass[]) =>
  image.defects
    .filter(({ mask }) => mask)
    .map((defect, at) => ({ url: image.annotation?.mask_urls?.[at], ...coloured(defect, classes) }))
    .filter(({ url }) => url);

const coloured = (defect: Defect, classes: readonly DefectClass[]) => ({
  box: defect.box,
  polygon: defect.polygon,
  colour: classColour(defect.class_id, classes),
});
