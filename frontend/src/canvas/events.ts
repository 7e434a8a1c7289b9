// Listeners of the canvas, by the name of the event.
import type { CanvasEvents } from "./types";

type Listener<Name extends keyof CanvasEvents> = (event: CanvasEvents[Name]) => void;

export class Listeners {
  private readonly all = new Map<keyof CanvasEvents, Set<Listener<never>>>();

  /** Listen to an event. Returns the function that ends it. */
  on<Name extends keyof CanvasEvents>(name: Name, listener: Listener<Name>): () => void {
    const listeners = this.all.get(name) ?? new Set();
    this.all.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  tell<Name extends keyof CanvasEvents>(name: Name, event: CanvasEvents[Name]): void {
    for (const listener of this.all.get(name) ?? []) listener(event as never);
  }

  clear(): void {
    this.all.clear();
  }
}
