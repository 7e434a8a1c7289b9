// The types of the API that the screens use, from the generated schema.
import type { components } from "./schema";

/** The client reads tuples as lists, so these types have lists too. */
type Plain<T> = T extends (infer E)[] ? Plain<E>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
type Schemas = Plain<components["schemas"]>;

export type Accepted = Schemas["Accepted"];
export type Annotation = Schemas["StandingAnnotation"];
export type Dataset = Schemas["Dataset"];
export type IntakeCamera = Schemas["IntakeCamera"];
export type Embedding = Schemas["Embedding"];
export type DatasetScale = Schemas["DatasetScale"];
export type DeadLetter = Schemas["DeadLetter"];
export type Disk = Schemas["Disk"];
export type DriftOfDay = Schemas["DriftOfDay"];
export type ExportPlan = Schemas["ExportPlan"];
export type FormatPlan = Schemas["FormatPlan"];
export type MadeExport = Schemas["ExportAnswer"];
export type NewExport = Schemas["NewExport"];
export type ImportEntry = Schemas["ImportEntry"];
export type ImportQuestion = Schemas["ImportQuestion"];
export type AuditPack = Schemas["AuditPack"];
export type PackContents = Schemas["PackContents"];
export type ImportFaultPart = Schemas["ImportFaultPart"];
export type ImportProblem = Schemas["ImportProblem"];
export type LabelOutcome = Schemas["ImportedLabel"];
export type PlannedClass = Schemas["ImportClass"];
export type PlannedImport = Schemas["PlannedImport"];
export type RegisteredImage = Schemas["RegisteredImage"];
export type IntakeOutcome = Schemas["IntakeOutcome"];
export type IntakeSource = Schemas["IntakeSource"];
export type Person = Schemas["Person"];
export type Parked = Schemas["Parked"];
export type DifferingField = Schemas["DifferingField"];
export type RejectedArrival = Schemas["RejectedArrival"];
export type Invitation = Schemas["Invitation"];
export type Me = Schemas["Me"];
export type Member = Schemas["Member"];
export type NewWebhook = Schemas["NewWebhook"];
export type Webhook = Schemas["Webhook"];
export type WebhookChange = Schemas["WebhookChange"];
export type MailChoice = Schemas["MailChoice"];
export type NewMailChoice = Schemas["NewMailChoice"];
export type NewToken = Schemas["NewToken"];
export type RoleName = Me["roles"][number]["role"];
export type Token = Schemas["Token"];
export type DefectClass = Schemas["DefectClass"];
export type FacetValues = Schemas["Facet"];
export type ImageClaim = Schemas["ImageClaim"];
export type Image = Schemas["Image"];
export type Curve = Schemas["Curve"];
export type CurvePoint = Schemas["CurveAt"];
export type GreyZone = Schemas["GreyZoneAnswer"];
export type DefectSize = Schemas["DefectSize"];
export type RegionImages = Schemas["RegionImages"];
export type RunSlice = Schemas["RunSlice"];
export type Prediction = Schemas["Prediction"];
export type RunComparison = Schemas["RunComparison"];
export type DoubtfulLabel = Schemas["DoubtfulLabel"];
export type Project = Schemas["Project"];
export type Model = Schemas["Model"];
export type ModelFormat = Schemas["NewModelExport"]["format"];
export type Inspection = Schemas["InspectionAnswer"];
export type ModelInspection = Schemas["ModelInspection"];
export type Production = Schemas["Production"];
export type StageChange = Schemas["StageChange"];
export type Recipe = Schemas["Recipe"];
export type RecordedEvent = Schemas["RecordedEvent"];
export type NewRun = Schemas["NewRun"];
export type Run = Schemas["Run"];
export type AgreementResult = Schemas["AgreementResult"];
export type AgreementTask = Schemas["AgreementTask"];
export type BlindImage = Schemas["BlindImage"];
export type JudgedImage = Schemas["JudgedImage"];
export type JudgedRound = Schemas["JudgedRound"];
export type RoundWork = Schemas["RoundWork"];
export type RateWithin = Schemas["RateWithin"];
export type Returned = Schemas["ReturnedAnnotation"];
export type ReviewCounts = Schemas["ReviewCounts"];
export type ToReview = Schemas["ReviewItem"];
export type DatasetHealth = Schemas["DatasetHealth"];
export type DuplicatesFound = Schemas["DuplicatesFound"];
export type JoinedDuplicates = Schemas["JoinedDuplicates"];
export type PlannedSplits = Schemas["PlannedSplits"];
export type SplitResult = Schemas["SplitResult"];
export type SplitRule = Schemas["SplitRule"];
export type Counts = Schemas["Counts"];
export type Change = Schemas["StreamChange"];
export type Tag = Schemas["Tag"];
export type DiffItem = Schemas["DiffItem"];
export type DiffKind = DiffItem["kinds"][number];
export type DiffStanding = DiffItem["after"];
export type DiffSummary = Schemas["Summary"];
export type ChainLink = Schemas["Link"];
export type ImageUndone = Schemas["ImageUndone"];
export type ModelVerdict = Schemas["ModelVerdict"];
export type UndoPreview = Schemas["UndoPreview"];
export type UndoResult = Schemas["UndoResult"];
export type BookClass = Schemas["BookClass"];
export type BookRevision = Schemas["BookRevision"];
export type LabelBook = Schemas["LabelBook"];
export type LabelBookDiff = Schemas["LabelBookDiff"];
export type LimitSample = Schemas["LimitSample"];
export type Readjudication = Schemas["Readjudication"];
export type ReadjudicationItem = Schemas["ReadjudicationItem"];
export type ReadjudicationSummary = Schemas["ReadjudicationSummary"];

export type Capture = Image["capture"];
export type Defect = Image["defects"][number];
/** A defect of a judgement to be sent: its mask may be runs of pixels along the rows, off and on in turn. */
export type DrawnDefect = Defect & { mask_runs?: number[] | null };
export type Evaluation = NonNullable<Run["evaluation"]>;
export type GateReport = NonNullable<Model["gates"]>;
export type GateResult = GateReport["results"][number];
export type GateLimit = GateResult["gate"];
export type NewSuggestion = Schemas["NewSuggestion"];
export type PolicyGain = Schemas["PolicyGain"];
export type SuggestionMix = NonNullable<Project["suggestion_mix"]>;
export type ProjectGates = NonNullable<Project["gates"]>;
export type Split = NonNullable<Image["split"]>;
export type Verdict = NonNullable<Image["verdict"]>;

export const ROLES = [
  "inspector",
  "qa_lead",
  "engineer",
  "auditor",
  "machine",
  "admin",
] as const satisfies readonly RoleName[];
export const VERDICTS = ["OK", "NG", "HOLD"] as const satisfies readonly Verdict[];
export const DIFF_KINDS = [
  "added",
  "excluded",
  "restored",
  "labelled",
  "relabelled",
  "reshaped",
  "confirmed",
  "withdrawn",
  "reviewed",
  "split",
  "capture",
  "group",
] as const satisfies readonly DiffKind[];
export const SPLITS = ["train", "validation", "test"] as const satisfies readonly Split[];
