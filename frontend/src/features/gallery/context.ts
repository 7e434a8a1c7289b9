// The state and the functions that the gallery shares with its parts.
import { inject, type InjectionKey, type Ref } from "vue";
import type { Dataset, DefectClass, Image, Verdict } from "@/api/types";
import type { useClaims } from "@/features/claims/useClaims";
import type { useStandardPanel } from "@/features/standard/useStandardPanel";
import type { Question } from "./dialogs/questions";
import type { Filter } from "./filter";
import type { useDecisions } from "./useDecisions";
import type { useImageList } from "./useImageList";
import type { useTriage } from "./useTriage";
import type { useViewed } from "./useViewed";
import type { useLooking } from "./viewer/useLooking";

export interface GalleryContext {
  dataset_id: Ref<string>;
  dataset: Ref<Dataset | undefined>;
  classes: Ref<DefectClass[]>;
  filter: Ref<Filter>;
  as_of: Ref<string | undefined>;
  list: ReturnType<typeof useImageList>;
  viewed: ReturnType<typeof useViewed>;
  triage: ReturnType<typeof useTriage>;
  decisions: ReturnType<typeof useDecisions>;
  standard: ReturnType<typeof useStandardPanel>;
  claims: ReturnType<typeof useClaims>;
  /** The target images that are not erased. */
  editable: Ref<Image[]>;
  /** The number of images, as shown. */
  total: Ref<string>;
  /** The canvas of the viewer. */
  looking: ReturnType<typeof useLooking>;
  shapes: Ref<boolean>;
  question: Ref<Question | null>;
  /** The id of the image whose decision chain is open. */
  chained: Ref<string | null>;
  decide(verdict: Verdict, class_id: string | null): void;
  undo(): void;
  /** Open the image in focus to draw on it. */
  annotate(): void;
  ask(question: Question): void;
  askExclude(): void;
  /** Open the decision chain of the image in focus. */
  openChain(): void;
  /** Call it after a change outside of the outbox: it updates the list and the notice. */
  decided(version: number, notice: string): void;
}

export const GALLERY: InjectionKey<GalleryContext> = Symbol("gallery");

/** Return the context of the gallery. Throws outside of GalleryScreen. */
export function useGallery(): GalleryContext {
  const context = inject(GALLERY);
  if (!context) throw new Error("useGallery is called outside of GalleryScreen");
  return context;
}
