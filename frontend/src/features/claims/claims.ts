// Claims of images: who judges what next. Pure.
import type { ImageClaim } from "@/api/types";

/** The most images that one request names. */
const MOST_NAMED = 50;
/** With fewer own images ahead, a browser asks for more. */
const FEWEST_AHEAD = 2;

/** Return the people by the image that they hold now, without the person who asks. */
export function heldByOthers(claims: readonly ImageClaim[], me: string, now: number): ReadonlyMap<string, string> {
  const held = claims.filter(({ actor, until }) => actor !== me && Date.parse(until) > now);
  return new Map(held.map(({ image_id, actor }) => [image_id, actor]));
}

/** Return the images to ask for: the next ones in order that nobody else holds. */
export function toClaim(upcoming: readonly string[], others: ReadonlyMap<string, string>): string[] {
  return upcoming.filter((image_id) => !others.has(image_id)).slice(0, MOST_NAMED);
}

/** Return true when the person holds too few of the images that come next. */
export function runsShort(wanted: readonly string[], claims: readonly ImageClaim[], me: string): boolean {
  const own = new Set(claims.filter(({ actor }) => actor === me).map(({ image_id }) => image_id));
  return wanted.slice(0, FEWEST_AHEAD).some((image_id) => !own.has(image_id));
}
