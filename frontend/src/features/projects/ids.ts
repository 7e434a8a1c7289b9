// Ids for new projects, products, datasets and classes, made from their names. Pure.

/** Return an id of Latin letters and digits that nothing in `taken` has; a name without any gets a number. */
export function idFor(name: string, kind: string, taken: readonly string[]): string {
  const plain = name.normalize("NFKC").toLowerCase();
  const words = plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 50);
  // Letters that are left out could make two names one: such a name gets a number as well.
  const isWhole = words !== "" && !/[^\p{ASCII}]/u.test(plain);
  const stem = words || kind;
  if (isWhole && !taken.includes(stem)) return stem;
  let number = isWhole ? 2 : 1;
  while (taken.includes(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}
