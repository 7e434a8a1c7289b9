// Binds the keys of a screen to handlers while the screen is shown. The screen that opened last receives the keys.
import { onScopeDispose } from "vue";
import { type Action, actionFor, isTaken, repeats, type Screen, worksControl } from "./keys";

type Handlers = Partial<Record<Action, (event: KeyboardEvent) => void>>;

const open: { screen: Screen; handlers: Handlers }[] = [];
const everywhere: Handlers = {};

function onKeydown(event: KeyboardEvent): void {
  // a held key would press a button again and again
  if (event.repeat && worksControl(event)) event.preventDefault();
  if (isTaken(event)) return;
  const screen = screenOnTop();
  const action = actionFor(event.key, screen);
  const handler = action && (open.at(-1)?.handlers[action] ?? everywhere[action]);
  if (!handler) return;
  event.preventDefault();
  if (!event.repeat || repeats(event.key, screen)) handler(event);
}

export function listenForKeys(handlers: Handlers): void {
  Object.assign(everywhere, handlers);
  window.addEventListener("keydown", onKeydown);
  onScopeDispose(() => window.removeEventListener("keydown", onKeydown));
}

export function useKeys(screen: Screen, handlers: Handlers = {}): void {
  const layer = { screen, handlers };
  open.push(layer);
  onScopeDispose(() => open.splice(open.indexOf(layer), 1));
}

/** Return the screen that receives the keys. */
export function screenOnTop(): Screen {
  return open.at(-1)?.screen ?? "page";
}
