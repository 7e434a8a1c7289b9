// The sending of a confirmed import, with its progress and pace. It can be repeated: the report counts nothing twice.
import { onScopeDispose, reactive, type Ref, shallowRef } from "vue";
import type { Project } from "@/api/types";
import { closeBatch, openBatch } from "./batch";
import type { ImportState } from "./importState";
import { newPace } from "./pace";
import { rejectedBy, useImportText } from "./planTexts";
import type { Rejected } from "./prepare";
import { type Sample, withSample } from "./rate";
import { newReport, type Report } from "./report";
import { importServer } from "./requests";
import { type ImportServer, sendImport, type Stage } from "./send";

export interface Progress {
  stage: Stage;
  items: Record<Stage, number>;
  samples: Sample[];
}

type Sending = Extract<ImportState, { step: "sending" }>;

const nothingDone = (): Progress => ({
  stage: "upload",
  items: { upload: 0, register: 0, classes: 0, label: 0, correct: 0 },
  samples: [],
});

export function useSending(dataset_id: Ref<string>, project: Ref<Project | undefined>) {
  const progress = reactive(nothingDone());
  const pace = shallowRef(newPace());
  const importText = useImportText();
  let report: Report | undefined;
  let server: ImportServer | undefined;

  /** Send, or go on sending. Throws Stopped when it was stopped. */
  async function send({ source, planned, prepared }: Sending): Promise<Report> {
    const { project_id, defect_classes: classes } = project.value!;
    report ??= newReport(openBatch(dataset_id.value, source.name), rejectedBefore(planned, prepared));
    const { batch_id } = report;
    server ??= importServer({ dataset_id: dataset_id.value, project_id, batch_id, source: source.name, classes });
    Object.assign(progress, nothingDone());
    const files = new Map(source.files.map((file) => [file.path, file]));
    await sendImport({ prepared, classes: planned.classes, files, report, onProgress }, server, pace.value);
    closeBatch(dataset_id.value, source.name);
    return report;
  }
  function rejectedBefore({ plan }: Sending["planned"], { rejected, copies }: Sending["prepared"]): Rejected[] {
    return [...plan.problems.map((problem) => rejectedBy(problem, importText)), ...rejected, ...copies];
  }
  function onProgress(stage: Stage, items: number, bytes: number): void {
    progress.stage = stage;
    progress.items[stage] += items;
    const before = progress.samples.at(-1)?.bytes ?? 0;
    if (bytes) progress.samples = withSample(progress.samples, { at: Date.now(), bytes: before + bytes });
  }
  function stop(): void {
    pace.value.stop();
    pace.value = newPace();
    report = server = undefined;
  }
  const wake = () => pace.value.wake();
  addEventListener("online", wake);
  onScopeDispose(() => {
    removeEventListener("online", wake);
    stop();
  });
  return { progress, pace, send, stop };
}
