// An import from the choice of its files to its report: carries out what the state machine says.
import { useQueryClient } from "@tanstack/vue-query";
import { computed, onScopeDispose, ref, type Ref, shallowRef } from "vue";
import type { Project } from "@/api/types";
import { newComparison } from "./comparison";
import { correctionsOf, withCapture } from "./corrections";
import { type ImportFact, type ImportState, next, START } from "./importState";
import { Stopped } from "./pace";
import { pathsOf } from "./prepare";
import { readSource } from "./readSource";
import { imagesOf, planImport } from "./requests";
import type { PlacedFile } from "./source";
import { useSending } from "./useSending";

const CHANGED = ["datasets", "projects", "label_book", "changes"];

export function useImport(dataset_id: Ref<string>, project: Ref<Project | undefined>) {
  const client = useQueryClient();
  const state = shallowRef<ImportState>(START);
  const failure = ref<unknown>(null);
  const sending = useSending(dataset_id, project);
  let comparison = newComparison();
  let again = () => Promise.resolve();

  function tell(told: ImportFact): void {
    state.value = next(state.value, told);
  }
  /** Carry out a step. Where it fails, the failure is shown and the step can be repeated. */
  async function attempt(step: () => Promise<void>): Promise<void> {
    failure.value = null;
    again = () => attempt(step);
    try {
      await step();
    } catch (error) {
      if (!(error instanceof Stopped)) failure.value = error;
    }
  }
  function start(files: () => Promise<PlacedFile[]>): Promise<void> {
    forget();
    tell({ fact: "reading" });
    const reading = state.value;
    return attempt(async () => {
      const source = await readSource(await files());
      if (state.value !== reading) return;
      tell({ fact: "read", source });
      await attempt(plan);
    });
  }
  async function plan(): Promise<void> {
    const asked = state.value;
    if (asked.step !== "planning") return;
    const planned = await planImport(dataset_id.value, asked.source, asked.answers, asked.format);
    // A later answer has a plan of its own.
    if (state.value !== asked) return;
    tell({ fact: "planned", planned, files: pathsOf(planned.items).length });
    await attempt(compare);
  }
  async function compare(): Promise<void> {
    if (state.value.step !== "digesting") return;
    const { source, planned } = state.value;
    const prepared = await comparison.compare(source, planned, () => tell({ fact: "digested" }));
    if (!prepared) return;
    const stored = await imagesOf(dataset_id.value, withCapture(prepared.images));
    const corrections = correctionsOf(prepared.images, stored);
    // A later answer has a plan of its own.
    if ("planned" in state.value && state.value.planned === planned)
      tell({ fact: "prepared", prepared: { ...prepared, corrections } });
  }
  function planAnew(told: ImportFact): Promise<void> {
    comparison.stop();
    tell(told);
    return attempt(plan);
  }
  const answer = (word: string, meaning: string) => planAnew({ fact: "answered", word, meaning });
  const chooseFormat = (format: string) => planAnew({ fact: "format_chosen", format });
  function confirm(corrects: boolean): Promise<void> {
    tell({ fact: "confirmed", corrects });
    return attempt(send);
  }
  async function send(): Promise<void> {
    if (state.value.step !== "sending") return;
    tell({ fact: "finished", report: await sending.send(state.value) });
    for (const one of CHANGED) void client.invalidateQueries({ queryKey: [one] });
  }
  function forget(): void {
    comparison.stop();
    comparison = newComparison();
    sending.stop();
    failure.value = null;
    tell({ fact: "dropped" });
  }
  onScopeDispose(() => comparison.stop());
  const busy = computed(() => state.value.step === "sending");
  const { progress, pace } = sending;
  return { state, failure, progress, pace, busy, start, answer, chooseFormat, confirm, forget, retry: () => again() };
}
