// The window of the viewer: values that look black and white. It only changes how a picture is shown.
import type { ValueRange } from "@/canvas";

export interface ViewWindow {
  black: number;
  white: number;
}

/** The values that both ends can have. */
export type Reach = Pick<ValueRange, "least" | "most" | "step">;

/** The shown levels of a picture of 8 bits. */
export const LEVELS: Reach = { least: 0, most: 255, step: 1 };
export const WHOLE: ViewWindow = { black: 0, white: 255 };

/** Move one end; the other gives way, so that white stays above black. */
export function withBlack({ white }: ViewWindow, asked: number, { most, step }: Reach): ViewWindow {
  const black = Math.min(asked, most - step);
  return { black, white: Math.max(white, black + step) };
}

export function withWhite({ black }: ViewWindow, asked: number, { least, step }: Reach): ViewWindow {
  const white = Math.max(asked, least + step);
  return { black: Math.min(black, white - step), white };
}

/** The CSS filter that maps black..white to 0..255: brightness multiplies, contrast stretches about one half. */
export function filterOf({ black, white }: ViewWindow): string {
  if (black === WHOLE.black && white === WHOLE.white) return "none";
  return `brightness(${255 / (white + black)}) contrast(${(white + black) / (white - black)})`;
}
