// What a person does to the marks from outside of the canvas: by keys of the screen, lists and buttons.
import { nextTick, type Ref, ref } from "vue";
import { useI18n } from "vue-i18n";
import type { DefectClass, Verdict } from "@/api/types";
import type { AnnotationCanvas, ChangeSet, ToolName } from "@/canvas";
import { classForKey } from "@/features/gallery/useDecisions";
import { useOutbox } from "@/features/outbox/store";
import { REASONS } from "@/ui/reasons";
import { isAllowed } from "./tools";
import type { useDrawing } from "./useDrawing";
import type { useFiltered } from "./useFiltered";
import type { useNotice } from "./useNotice";

interface Parts {
  image_id: Ref<string>;
  classes: Ref<readonly DefectClass[]>;
  picked: Ref<string | undefined>;
  selected: Ref<readonly string[]>;
  fixed: Ref<boolean>;
  /** The id of the image whose picture is on screen: nobody decides about another one. */
  on_screen: Ref<string>;
  drawing: ReturnType<typeof useDrawing>;
  filtered: ReturnType<typeof useFiltered>;
  told: ReturnType<typeof useNotice>;
  /** True while a judgement waits for its reason. */
  isWaiting(): boolean;
  canvas(): AnnotationCanvas | undefined;
  focus(): void;
}

/** Choose tools, classes and marks, and change the marks that are chosen. */
function useMarkActs(parts: Parts) {
  const { classes, picked, selected, fixed, drawing, told } = parts;
  const { t } = useI18n();
  const tool = ref<ToolName>("box");
  const editor = () => parts.canvas()?.editor;

  function use(name: ToolName): void {
    if (isAllowed(name, fixed.value)) tool.value = name;
    void nextTick(parts.focus);
  }

  /** Choose the class of new marks. With the tool that selects, it becomes that of the selected marks, too. */
  function choose(class_id: string): void {
    picked.value = class_id;
    if (tool.value === "select" && !fixed.value) editor()?.setClass(selected.value, drawing.classOf(class_id));
  }

  function chooseByKey(key: string): void {
    const known = classForKey(classes.value, key);
    if (known) choose(known.class_id);
    else told.notice.value = t("gallery.no_class", { key });
  }

  function pick(id: string): void {
    if (!editor()?.shape(id)) return;
    editor()?.select([id]);
    parts.canvas()?.bringIntoSight(id);
  }

  function rename(id: string, class_id: string): void {
    if (editor()?.shape(id)) editor()?.setClass([id], drawing.classOf(class_id));
    else drawing.rename(id, class_id);
  }

  function drop(id: string): void {
    if (editor()?.shape(id)) editor()?.remove([id]);
    else drawing.drop(id);
  }

  /** Move a mark by the arrow keys, as on the canvas. */
  function moveByKey(id: string, event: KeyboardEvent): void {
    tool.value = "select";
    parts.canvas()?.use("select");
    editor()?.select([id]);
    parts.canvas()?.key(event);
  }

  const accept = (ids: string[]) => void (fixed.value || editor()?.accept(ids));
  const reject = (ids: string[]) => void (fixed.value || editor()?.reject(ids));

  return { tool, use, choose, chooseByKey, pick, rename, drop, moveByKey, accept, reject };
}

export function useActs(parts: Parts) {
  const { image_id, fixed, drawing, filtered, told } = parts;
  const marks = useMarkActs(parts);
  const { t } = useI18n();
  const outbox = useOutbox();
  const editor = () => parts.canvas()?.editor;
  let undoing = false;
  /** True while the dialog is open that takes a verdict with its reason. */
  const is_reason_asked = ref(false);

  function changed(set: ChangeSet): void {
    drawing.changed(set, undoing ? "undo" : "draw");
    told.tellChange(set);
  }

  /** Undo the last gesture on this image, else the last decision of this person. */
  function undo(): void {
    if (fixed.value) return;
    undoing = true;
    const undone = editor()?.undo();
    undoing = false;
    if (undone) return;
    drawing.send();
    const [first] = outbox.undo(REASONS.undo) ?? [];
    told.notice.value = t(first ? "gallery.undone" : "gallery.nothing_to_undo");
    if (first && first !== image_id.value) filtered.open(first);
  }

  /** Send what is drawn. Returns false while that waits for a reason: the image stays on screen. */
  function isDone(): boolean {
    drawing.send();
    return !parts.isWaiting();
  }

  function open(id: string): void {
    if (isDone()) filtered.open(id);
  }

  function goBack(): void {
    if (isDone()) filtered.leave();
  }

  function step(by: number): void {
    if (isDone() && !filtered.step(by) && by > 0) told.notice.value = t("gallery.last");
  }

  /** Return true when the image can be judged, and its picture is on screen. */
  const isReady = () => !fixed.value && parts.on_screen.value === image_id.value;

  function decide(verdict: Verdict, reason?: string): void {
    if (!isReady()) return;
    drawing.decide(verdict, reason);
    step(1);
  }

  function askReason(): void {
    is_reason_asked.value = isReady();
  }
  function decideWith(verdict: Verdict, reason: string): void {
    is_reason_asked.value = false;
    decide(verdict, reason);
  }

  const firstProposal = () => (fixed.value ? [] : drawing.proposals.value.slice(0, 1).map(({ shape }) => shape.id));

  function acceptFirst(): void {
    if (isReady()) marks.accept(firstProposal());
  }
  /** Reject the first open proposal; without one, go back to the gallery. */
  function leave(): void {
    const first = firstProposal();
    if (!first.length) goBack();
    else if (isReady()) marks.reject(first);
  }

  return {
    ...marks,
    changed,
    undo,
    redo: () => void (fixed.value || editor()?.redo()),
    open,
    goBack,
    step,
    decide,
    is_reason_asked,
    askReason,
    decideWith,
    acceptFirst,
    leave,
    fit: () => parts.canvas()?.zoomInTurn(),
  };
}
