// The common reasons of judgements as lines of text, one for each digit key. Pure.

/** The most reasons: one for each digit key. */
export const MOST_REASONS = 9;

/** Return the distinct reasons of a text, one from each line that is not empty. */
export function reasonsIn(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim());
  return [...new Set(lines.filter(Boolean))];
}
