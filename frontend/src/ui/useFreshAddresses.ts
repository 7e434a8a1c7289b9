// Loads new signed addresses when the old ones have expired.
import { onScopeDispose } from "vue";

const PAUSE_MS = 10 * 60_000;

/** Call `ask` when a picture does not load, with a pause, because a picture can also be missing. */
export function useFreshAddresses(ask: () => void): void {
  let asked = Date.now();
  function failed({ target }: Event): void {
    if (!(target instanceof HTMLImageElement) || Date.now() - asked < PAUSE_MS) return;
    asked = Date.now();
    ask();
  }
  addEventListener("error", failed, true);
  onScopeDispose(() => removeEventListener("error", failed, true));
}
