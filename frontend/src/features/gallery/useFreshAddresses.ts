// A signed address dies with the credentials that signed it, after some hours: then ask for new ones.
import { onScopeDispose } from "vue";

const PAUSE_MS = 10 * 60_000;

/** Calls `ask` when a picture does not load, but not again and again for one that is not there at all. */
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
