// Binds the keys of the gallery and its viewer. Commands are the same in both; moves differ.
import { effectScope, onScopeDispose, type Ref, watch } from "vue";
import { useI18n } from "vue-i18n";
import type { DefectClass, Verdict } from "@/api/types";
import { useKeys } from "@/app/useKeys";
import { classForKey } from "./useDecisions";
import type { Question } from "./dialogs/questions";
import type { useSelection } from "./useSelection";

interface Verbs {
  viewing: Ref<boolean>;
  classes: Ref<DefectClass[]>;
  notice: Ref<string>;
  selection: ReturnType<typeof useSelection>;
  decide(verdict: Verdict, class_id: string | null): void;
  /** True when a person sees the image that a judgement, or another act, would be about. */
  isReady(): boolean;
  isSettled(): boolean;
  sayNotOnScreen(): void;
  undo(): void;
  ask(what: Question): void;
  askExclude(): void;
  openChain(): void;
  canDismiss(): boolean;
  annotate(): void;
  openFocused(): void;
  close(): void;
  step(by: number): void;
  move(key: string, extend: boolean): void;
  zoom(): void;
  pressZoom(event: KeyboardEvent): void;
  shapes(): void;
  map(): void;
  previousMap(): void;
  flicker(): void;
  nextSample(): void;
}

export function useGalleryKeys(verbs: Verbs): void {
  const { t } = useI18n();
  const { selection } = verbs;

  function judgeAs({ key }: KeyboardEvent): void {
    const known = classForKey(verbs.classes.value, key);
    if (known) verbs.decide("NG", known.class_id);
    else verbs.notice.value = t("gallery.no_class", { key });
  }

  /** Act on the image in focus, if it is on screen. */
  function ifOnScreen(isOnScreen: () => boolean, act: () => void): void {
    if (isOnScreen()) act();
    else verbs.sayNotOnScreen();
  }
  const askIfSettled = (what: Question) => ifOnScreen(verbs.isSettled, () => verbs.ask(what));

  const judging = {
    ok: () => verbs.decide("OK", null),
    ng: () => verbs.decide("NG", null),
    hold: () => verbs.decide("HOLD", null),
    defect_class: judgeAs,
    with_reason: () => ifOnScreen(verbs.isReady, () => verbs.ask("reason")),
    undo: verbs.undo,
    exclude: () => ifOnScreen(verbs.isSettled, verbs.askExclude),
    split: () => askIfSettled("split"),
    dismiss: () => {
      if (verbs.canDismiss()) askIfSettled("dismiss");
    },
    chain: () => ifOnScreen(verbs.isSettled, verbs.openChain),
    annotate: verbs.annotate,
    field_return: () => askIfSettled("field_return"),
  };

  useKeys("gallery", {
    ...judging,
    move: (event) => verbs.move(event.key, event.shiftKey),
    select: () => selection.toggle(),
    select_all: selection.selectAll,
    clear: selection.clear,
    open: verbs.openFocused,
  });

  let viewer = effectScope();
  watch(
    verbs.viewing,
    (open) => {
      viewer.stop();
      if (!open) return;
      viewer = effectScope();
      viewer.run(() =>
        useKeys("viewer", {
          ...judging,
          previous: () => verbs.step(-1),
          next: () => verbs.step(1),
          zoom: verbs.zoom,
          zoom_by: verbs.pressZoom,
          shapes: verbs.shapes,
          map: verbs.map,
          previous_map: verbs.previousMap,
          flicker: verbs.flicker,
          next_sample: verbs.nextSample,
          close: verbs.close,
        }),
      );
    },
    { immediate: true },
  );
  onScopeDispose(() => viewer.stop());
}
