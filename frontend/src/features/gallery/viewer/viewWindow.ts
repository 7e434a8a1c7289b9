// The window of the viewer: shown levels (0..255) that look black and white. It only changes how a picture is shown.

export interface ViewWindow {
  black: number;
  white: number;
}

export const WHOLE: ViewWindow = { black: 0, white: 255 };

/** Move one end; the other gives way, so that white stays above black. */
export const withBlack = ({ white }: ViewWindow, black: number): ViewWindow => ({
  black: Math.min(black, 254),
  white: Math.max(white, Math.min(black, 254) + 1),
});

export const withWhite = ({ black }: ViewWindow, white: number): ViewWindow => ({
  black: Math.min(black, Math.max(white, 1) - 1),
  white: Math.max(white, 1),
});

/** The CSS filter that maps black..white to 0..255: brightness multiplies, contrast stretches about one half. */
export function filterOf({ black, white }: ViewWindow): string {
  if (black === WHOLE.black && white === WHOLE.white) return "none";
  return `brightness(${255 / (white + black)}) contrast(${(white + black) / (white - black)})`;
}
