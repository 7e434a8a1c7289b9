// The sizes of defects, in pixels or millimetres, as people read them. Pure.
type Translate = (key: string, values: Record<string, string>) => string;

export const short = (length: number): string => String(Number(length.toPrecision(3)));

/** Return the text of a size from `least` up to `beyond`, or of the largest. */
export const sizeRange = (least: number, beyond: number | null, t: Translate): string =>
  beyond === null
    ? t("defect_sizes.from", { least: short(least) })
    : t("defect_sizes.range", { least: short(least), beyond: short(beyond) });

/** Return the pixels of a millimetre where the text of a field is the length of a pixel; undefined where it is none. */
export function pixelsPerMillimetre(mm_per_pixel: number | ""): number | undefined {
  const pixels = typeof mm_per_pixel === "number" && mm_per_pixel > 0 ? 1 / mm_per_pixel : NaN;
  return pixels > 0 && pixels <= 1e9 ? pixels : undefined;
}
