"""What a model says about an image: by its run's scores, or by what it said when it suggested the image."""

from functions.api.decision_chains.answers import ModelSays
from kenpin.bootstrap import platform
from kenpin.domain.ids import Verdict
from kenpin.projections.database import Row, Sql
from kenpin.read_models.history import chain
from kenpin.read_models.runs import predictions
from kenpin.read_models.runs import projection as runs


def said_by(sql: Sql, model: Row, dataset_id: str, image_id: str) -> ModelSays:
    """`model`: a row of its history, so with the stage and the threshold of that day."""
    says = ModelSays(
        **{name: model[name] for name in ("model_id", "run_id", "stage", "threshold")},
        score=None,
        verdict=None,
        how="not_scored",
        hint=f"this model has not scored the image; `kenpin train {dataset_id}` makes one that does",
    )
    run = runs.one(sql, model["run_id"])
    digest = run["predictions"] if run else None
    if digest and (found := predictions.score_of(platform().objects, digest, image_id)):
        return _scored(says, found[0], "run", learnt_from=found[1])
    for row in reversed(chain.suggestions_of(sql, dataset_id, image_id, None)):
        if row["run_id"] == model["run_id"] and row["score"] is not None:
            return _scored(says, row["score"], "suggestion")
    return says


def _scored(says: ModelSays, score: float, how: str, learnt_from: bool = False) -> ModelSays:
    verdict: Verdict = "NG" if score >= says.threshold else "OK"
    told = {"score": score, "verdict": verdict, "how": how, "learnt_from": learnt_from, "hint": None}
    return says.model_copy(update=told)
