import type { View } from "@/canvas/types";

/** What is measured: something that shows a view. */
export interface Contender {
  place(view: View): void;
  close(): void;
}
