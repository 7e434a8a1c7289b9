// Windows of deep grey: the values that are black and white, and how a shown picture looks through others. Pure.

export interface GreyWindow {
  low: number;
  high: number;
}

const IN_ADDRESS = /\/renditions\/[0-9a-f]{64}\.w([0-9.e-]+)_([0-9.e-]+)\.png/;

/** Return the window that the address of a shown picture names; null for a picture that is shown without one. */
export function shownThrough(address: string | null | undefined): GreyWindow | null {
  const found = IN_ADDRESS.exec(decodeURIComponent(address ?? ""));
  return found && { low: Number(found[1]), high: Number(found[2]) };
}

/** Return the line that maps levels (0..1) shown through one window to those of another. */
export function lineBetween(shown: GreyWindow, asked: GreyWindow): { slope: number; intercept: number } {
  const width = asked.high - asked.low;
  return { slope: (shown.high - shown.low) / width, intercept: (shown.low - asked.low) / width };
}
