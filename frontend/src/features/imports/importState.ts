// The state machine of an import: which step it is in, and what leads to the next. Pure.
import type { ImportQuestion, PlannedImport } from "@/api/types";
import type { Prepared } from "./prepare";
import type { Report } from "./report";
import type { Source } from "./source";

export type Answers = Record<string, string>;

/** A source and the text of its annotation files. */
export interface ReadSource extends Source {
  texts: Record<string, string>;
}

interface Chosen {
  source: ReadSource;
  /** The name of a format that a person chose; empty: it is recognised. */
  format: string;
  answers: Answers;
  /** Every word that was asked about, so that an answer can be changed. */
  asked: ImportQuestion[];
}

export type ImportState =
  | { step: "choosing" }
  | { step: "reading" }
  | ({ step: "planning"; planned?: PlannedImport } & Chosen)
  | ({ step: "asking"; planned: PlannedImport } & Chosen)
  | ({ step: "digesting"; planned: PlannedImport; done: number; total: number } & Chosen)
  | ({ step: "ready"; planned: PlannedImport; prepared: Prepared } & Chosen)
  | { step: "sending"; source: ReadSource; planned: PlannedImport; prepared: Prepared }
  | { step: "done"; source: ReadSource; report: Report };

export type ImportFact =
  | { fact: "reading" }
  | { fact: "read"; source: ReadSource }
  | { fact: "answered"; word: string; meaning: string }
  | { fact: "format_chosen"; format: string }
  | { fact: "planned"; planned: PlannedImport; files: number }
  | { fact: "digested" }
  | { fact: "prepared"; prepared: Prepared }
  /** `corrects`: capture conditions that the source gives otherwise are corrected. */
  | { fact: "confirmed"; corrects: boolean }
  | { fact: "finished"; report: Report }
  | { fact: "dropped" };

export const START: ImportState = { step: "choosing" };

type Told<F extends ImportFact["fact"]> = Extract<ImportFact, { fact: F }>;
type WithPlan = Extract<ImportState, { step: "asking" | "digesting" | "ready" }>;

const chosen = ({ source, format, answers, asked, planned }: WithPlan) => ({
  source,
  format,
  answers,
  asked,
  planned,
});

const LEADS: { [F in ImportFact["fact"]]: (state: ImportState, told: Told<F>) => ImportState } = {
  dropped: () => START,
  reading: (state) => (state.step === "sending" ? state : { step: "reading" }),
  read: (state, { source }) =>
    state.step === "reading" ? { step: "planning", source, format: "", answers: {}, asked: [] } : state,
  answered: (state, { word, meaning }) => answered(state, word, meaning),
  // Another format has other words.
  format_chosen: (state, { format }) =>
    "answers" in state ? { step: "planning", source: state.source, format, answers: {}, asked: [] } : state,
  planned: (state, told) => (state.step === "planning" ? planned(state, told.planned, told.files) : state),
  digested: (state) => (state.step === "digesting" ? { ...state, done: state.done + 1 } : state),
  prepared: (state, { prepared }) =>
    state.step === "digesting" ? { ...chosen(state), step: "ready", prepared } : state,
  confirmed: (state, { corrects }) => {
    if (state.step !== "ready") return state;
    const { source, planned, prepared } = state;
    const corrections = corrects ? prepared.corrections : [];
    return { step: "sending", source, planned, prepared: { ...prepared, corrections } };
  },
  finished: (state, { report }) => (state.step === "sending" ? { step: "done", source: state.source, report } : state),
};

/** Return the next state. A fact that does not fit the step changes nothing. */
export function next<F extends ImportFact["fact"]>(state: ImportState, told: Told<F>): ImportState {
  const lead: (state: ImportState, told: Told<F>) => ImportState = LEADS[told.fact as F];
  return lead(state, told);
}

/** An answer leads to a new plan; the old one stays in sight until then. */
function answered(state: ImportState, word: string, meaning: string): ImportState {
  if (!("answers" in state)) return state;
  const { source, format, asked, planned: old } = state;
  const answers = { ...state.answers, [word]: meaning };
  if (!meaning) delete answers[word];
  return { step: "planning", source, format, asked, answers, planned: old };
}

function planned(state: Extract<ImportState, { step: "planning" }>, answer: PlannedImport, total: number): ImportState {
  const { source, format, answers, asked: before } = state;
  const { questions } = answer.plan;
  const known = new Set(before.map(({ word }) => word));
  const asked = [...before, ...questions.filter(({ word }) => !known.has(word))];
  if (questions.length) return { step: "asking", source, format, answers, asked, planned: answer };
  return { step: "digesting", source, format, answers, asked, planned: answer, done: 0, total };
}
