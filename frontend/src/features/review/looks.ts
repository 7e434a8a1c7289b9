// The time that each image was on screen, from which follows that somebody has looked at it. Pure.

/** The time that a person needs for one image, in ms. */
export const LOOK_MS = 400;

/** Return the times after `ms` with these images on screen. They share the time, as a person looks at one by one. */
export function afterLook(
  before: ReadonlyMap<string, number>,
  onScreen: readonly string[],
  ms: number,
): Map<string, number> {
  const next = new Map(before);
  const open = onScreen.filter((key) => !isLookedAt(before, key));
  for (const key of open) next.set(key, (before.get(key) ?? 0) + ms / open.length);
  return next;
}

export function isLookedAt(times: ReadonlyMap<string, number>, key: string): boolean {
  return (times.get(key) ?? 0) >= LOOK_MS;
}
