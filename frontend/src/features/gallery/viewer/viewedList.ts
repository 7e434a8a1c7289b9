// The list that an image is looked at in: its place, the images around it, and those that come next. Pure.
import type { Image } from "@/api/types";
import type { ShownImage } from "./drawable";

export type StripImage = Pick<Image, "image_id" | "name" | "thumbnail_url" | "verdict">;

/** An image that the viewer shows, with the verdict beside its name. */
export type ViewedImage = ShownImage & Pick<Image, "verdict"> & Partial<Pick<Image, "deep_grey">>;

export interface ViewedList {
  /** The place of the image, as shown. */
  place: string;
  strip: readonly StripImage[];
  /** Their pictures are loaded ahead. */
  next: readonly ShownImage[];
  hasPrevious: boolean;
  hasNext: boolean;
}

const STRIP = { before: 3, after: 9 };

/** Return the images around a place. An image outside of the list has the first ones beside it. */
export const around = <T>(items: readonly T[], at: number): T[] =>
  items.slice(Math.max(0, at - STRIP.before), at + STRIP.after);
