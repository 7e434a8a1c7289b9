// The colours that are offered for defect classes. Pure.

/** Okabe and Ito's colours: told apart by people who see fewer colours, and on grey. */
const OFFERED = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#9467bd", "#bcbd22"];

/** Return the first offered colour that no class has; empty when all are taken. */
export const freeColour = (taken: readonly string[]): string => OFFERED.find((one) => !taken.includes(one)) ?? "";

/** Return the lowest digit key that no class has. */
export const freeKey = (taken: readonly (number | null)[]): number | null =>
  [1, 2, 3, 4, 5, 6, 7, 8, 9].find((one) => !taken.includes(one)) ?? null;
