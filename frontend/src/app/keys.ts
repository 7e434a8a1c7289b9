// The registry of keys, with the action and the screens of each. A test finds clashes.
export type Screen =
  | "gallery"
  | "viewer"
  | "list_viewer"
  | "annotate"
  | "review"
  | "review_grid"
  | "reason"
  | "blind"
  | "readjudication"
  | "run"
  | "compare"
  | "dialog"
  | "page";

export interface Binding {
  action: string;
  keys: readonly string[];
  on: readonly Screen[] | "everywhere";
  /** A held key repeats the action. Of other actions one press is one act: a held key must not judge unseen images. */
  repeats?: true;
}

const IMAGES = ["gallery", "viewer"] as const;
const WITH_SAMPLES = ["viewer", "annotate", "review", "readjudication"] as const;
const VIEWERS = ["viewer", "list_viewer", "review", "blind", "readjudication"] as const;
const LABELLED = [...IMAGES, "review", "readjudication"] as const;
const JUDGED = [...LABELLED, "blind"] as const;
const DECIDED = [...JUDGED, "annotate"] as const;
const REVIEWED = ["review", "review_grid"] as const;

export const BINDINGS = [
  { action: "help", keys: ["?"], on: "everywhere" },
  { action: "ok", keys: ["o"], on: DECIDED },
  { action: "ng", keys: ["n"], on: DECIDED },
  { action: "hold", keys: ["h"], on: DECIDED },
  { action: "defect_class", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], on: JUDGED },
  { action: "with_reason", keys: ["c"], on: [...IMAGES, "annotate"] },
  { action: "reason_ok", keys: ["o"], on: ["reason"] },
  { action: "reason_ng", keys: ["n"], on: ["reason"] },
  { action: "reason_hold", keys: ["h"], on: ["reason"] },
  { action: "common_reason", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], on: ["reason"] },
  { action: "write_reason", keys: ["0"], on: ["reason"] },
  { action: "undo", keys: ["u"], on: [...LABELLED, "annotate", "review_grid"] },
  { action: "exclude", keys: ["x"], on: IMAGES },
  { action: "split", keys: ["t"], on: IMAGES },
  { action: "dismiss", keys: ["d"], on: IMAGES },
  { action: "chain", keys: ["w"], on: IMAGES },
  { action: "field_return", keys: ["r"], on: IMAGES },
  {
    action: "move",
    keys: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"],
    on: ["gallery", "review_grid", "readjudication"],
    repeats: true,
  },
  { action: "select", keys: [" "], on: ["gallery", "review_grid"] },
  { action: "select_all", keys: ["a"], on: ["gallery"] },
  { action: "clear", keys: ["Escape"], on: ["gallery"] },
  { action: "open", keys: ["Enter"], on: ["gallery", "review_grid"] },
  { action: "previous", keys: ["ArrowLeft", "k"], on: ["viewer", "list_viewer", "review", "blind"], repeats: true },
  { action: "next", keys: ["ArrowRight", "j"], on: ["viewer", "list_viewer", "review", "blind"], repeats: true },
  { action: "zoom", keys: ["z"], on: VIEWERS },
  { action: "zoom_by", keys: ["+", "=", "-", "0"], on: VIEWERS, repeats: true },
  { action: "shapes", keys: ["m"], on: ["viewer", "list_viewer", "annotate", "review"] },
  { action: "map", keys: ["v"], on: ["viewer", "list_viewer", "annotate", "run"] },
  { action: "flicker", keys: ["f"], on: WITH_SAMPLES },
  { action: "next_sample", keys: ["s"], on: WITH_SAMPLES },
  { action: "close", keys: ["Escape", "Enter"], on: ["viewer", "list_viewer"] },
  { action: "accept", keys: ["a"], on: REVIEWED },
  { action: "reveal", keys: [" "], on: ["review"] },
  { action: "grid", keys: ["g"], on: REVIEWED },
  { action: "give_back", keys: ["r"], on: ["review"] },
  { action: "compare_previous", keys: ["c"], on: ["run"] },
  { action: "annotate", keys: ["e"], on: IMAGES },
  { action: "mark_class", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], on: ["annotate"] },
  { action: "tool_select", keys: ["q"], on: ["annotate"] },
  { action: "tool_box", keys: ["b"], on: ["annotate"] },
  { action: "tool_polygon", keys: ["p"], on: ["annotate"] },
  { action: "tool_brush", keys: ["d"], on: ["annotate"] },
  { action: "tool_eraser", keys: ["e"], on: ["annotate"] },
  { action: "tool_similar", keys: ["w"], on: ["annotate"] },
  { action: "tool_assist", keys: ["a"], on: ["annotate"] },
  { action: "tool_measure", keys: ["l"], on: ["annotate"] },
  { action: "tool_pan", keys: ["g"], on: ["annotate"] },
  { action: "next_corner", keys: ["r"], on: ["annotate"] },
  { action: "redo", keys: ["y"], on: ["annotate"] },
  { action: "previous_image", keys: ["k"], on: ["annotate"], repeats: true },
  { action: "next_image", keys: ["j"], on: ["annotate"], repeats: true },
  { action: "fit", keys: ["z"], on: ["annotate"] },
  { action: "previous_map", keys: ["t"], on: ["annotate"] },
  { action: "previous_map", keys: ["p"], on: ["viewer"] },
  { action: "accept_proposal", keys: ["Enter"], on: ["annotate"] },
  { action: "leave", keys: ["Escape"], on: ["annotate"] },
] as const satisfies readonly Binding[];

export type Action = (typeof BINDINGS)[number]["action"];

const isOn = (binding: Binding, screen: Screen) => binding.on === "everywhere" || binding.on.includes(screen);

/** Return true when the screen has keys of its own. */
export function hasKeys(screen: Screen): boolean {
  return BINDINGS.some((binding: Binding) => binding.on !== "everywhere" && binding.on.includes(screen));
}

export function bindingsOn(screen: Screen, bindings: readonly Binding[] = BINDINGS): Binding[] {
  return bindings.filter((binding) => isOn(binding, screen));
}

function bindingFor(key: string, screen: Screen): Binding | undefined {
  const pressed = key.length === 1 ? key.toLowerCase() : key;
  return bindingsOn(screen).find((binding) => binding.keys.includes(pressed));
}

export function actionFor(key: string, screen: Screen): Action | undefined {
  return bindingFor(key, screen)?.action as Action | undefined;
}

/** Return true when holding the key does its action again and again. */
export function repeats(key: string, screen: Screen): boolean {
  return bindingFor(key, screen)?.repeats ?? false;
}

/** Return the keys with two actions on one screen, as `screen key: first, second`. */
export function clashes(bindings: readonly Binding[] = BINDINGS): string[] {
  const screens: Screen[] = [
    "gallery",
    "viewer",
    "list_viewer",
    "annotate",
    "review",
    "review_grid",
    "reason",
    "blind",
    "readjudication",
    "run",
    "compare",
    "dialog",
    "page",
  ];
  return screens.flatMap((screen) => {
    const owners = new Map<string, string[]>();
    for (const { action, keys } of bindingsOn(screen, bindings)) {
      for (const key of keys) owners.set(key, [...(owners.get(key) ?? []), action]);
    }
    return [...owners]
      .filter(([, actions]) => actions.length > 1)
      .map(([key, actions]) => `${screen} ${key}: ${actions.join(", ")}`);
  });
}

const isComposing = (event: KeyboardEvent) => event.isComposing || event.keyCode === 229;
const hasModifier = (event: KeyboardEvent) => event.ctrlKey || event.metaKey || event.altKey;

/** Return true when a person types, composes text or uses a control: the key is then not ours. */
export function isTaken(event: KeyboardEvent): boolean {
  if (isComposing(event) || hasModifier(event)) return true;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("input, textarea, select, [contenteditable=true]")) return true;
  return worksControl(event);
}

/** Return true when the key presses the button or link in focus. */
export function worksControl(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  return (event.key === "Enter" || event.key === " ") && target?.closest("button, a, summary") != null;
}
