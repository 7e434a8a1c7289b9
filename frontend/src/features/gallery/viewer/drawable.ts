// An image as the canvas draws it: its picture, and the geometries of its defects. Pure.
import type { DrawnDefect, Image, LimitSample } from "@/api/types";
import type { CanvasPicture, Geometry, Mask, Reference, Size, ValueWindow } from "@/canvas";
import type { DrawnImage } from "./shapes";

/** An image with its picture, in a dataset or in an answer about it. */
export type ShownImage = DrawnImage &
  Pick<Image, "image_id" | "name" | "shown_url" | "thumbnail_url"> & { erased?: string | null };

/** Return the picture of an image; undefined for an erased one. */
export function pictureOf(
  image: Pick<Image, "width" | "height" | "shown_url" | "thumbnail_url">,
): CanvasPicture | undefined {
  const { width, height, shown_url, thumbnail_url } = image;
  return shown_url ? { url: shown_url, width, height, preview_url: thumbnail_url } : undefined;
}

/**
 * Return the picture of a limit sample that is shown in the place of an image, in its own size; null without one.
 * `through`: the window that the image is seen through. A sample of deep grey is seen through the same one.
 */
export function referenceOf(
  sample: LimitSample | undefined,
  picture: CanvasPicture | undefined,
  through: ValueWindow | null | undefined,
): Reference | null {
  if (!sample?.shown_url || !picture) return null;
  const { shown_url: url, width, height, deep_grey } = sample;
  const deep = through && deep_grey ? { ...through, url: deep_grey.values_url } : null;
  return { url, width: width ?? picture.width, height: height ?? picture.height, deep };
}

/** Return the mask of runs that go along the rows, off and on in turn, as the API takes them. */
export function maskOf(counts: readonly number[], { width, height }: Size): Mask {
  const runs = new Uint32Array(counts.length & ~1);
  let at = 0;
  for (let index = 0; index < runs.length; index++) runs[index] = at += counts[index]!;
  return { width, height, runs };
}

/** Return the geometry of a defect, by its mask, else its polygon, else its box; null while it cannot be drawn. */
export function geometryOf(defect: DrawnDefect, size: Size, masks: ReadonlyMap<string, Mask>): Geometry | null {
  const { box, polygon, mask, mask_runs } = defect;
  if (mask_runs) return { kind: "mask", mask: maskOf(mask_runs, size) };
  const stored = mask && masks.get(mask);
  if (stored) return { kind: "mask", mask: stored };
  if (polygon) return { kind: "polygon", points: polygon.map(([x, y]) => [x!, y!]) };
  if (box) return { kind: "box", box: [box[0]!, box[1]!, box[2]!, box[3]!] };
  return null;
}

/** Return the addresses of the stored masks of an image, by digest. */
export function maskAddresses({
  defects,
  annotation,
}: Pick<DrawnImage, "defects" | "annotation">): Map<string, string> {
  const digests = defects.flatMap(({ mask }) => (mask ? [mask] : []));
  const urls = annotation?.mask_urls ?? [];
  return new Map(digests.flatMap((digest, at) => (urls[at] ? [[digest, urls[at]] as const] : [])));
}
