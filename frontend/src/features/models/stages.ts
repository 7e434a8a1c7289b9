// The stage of a dataset's models, as the production of the dataset tells it. Pure.
import type { Model, Production, StageChange } from "@/api/types";

/** `in_production` judges now; `replaced` was in production and stands behind it. */
export type ShownStage = "in_production" | "replaced" | "candidate" | "retired";

export function shownStage(model: Pick<Model, "model_id" | "stage">, production: Production | undefined): ShownStage {
  if (model.stage !== "production") return model.stage;
  return model.model_id === production?.model_id ? "in_production" : "replaced";
}

/** What a change did: a rollback is no demotion, though both leave a candidate. */
export function kindOf(change: StageChange): "promoted" | "demoted" | "rolled_back" | "retired" {
  if (change.stage === "retired") return "retired";
  if (change.stage === "production") return "promoted";
  return change.back_to ? "rolled_back" : "demoted";
}

export type StageAct = "promote" | "roll_back" | "demote" | "retire";

/** The acts that a model at a stage allows. */
export function actsOn(stage: ShownStage, before: string | null | undefined): StageAct[] {
  switch (stage) {
    case "in_production":
      return before ? ["roll_back", "demote", "retire"] : ["demote", "retire"];
    case "replaced":
      return ["promote", "demote", "retire"];
    case "candidate":
      return ["promote", "retire"];
    case "retired":
      return [];
  }
}
