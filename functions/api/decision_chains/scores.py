"""A model's verdict on an image: from its run's scores, else from a suggestion that it scored."""

from functions.api.decision_chains.answers import ModelVerdict
from kenpin.bootstrap import platform
from kenpin.domain.ids import Verdict
from kenpin.projections.database import Row, Sql
from kenpin.read_models.history import chain
from kenpin.read_models.runs import predictions
from kenpin.read_models.runs import queries as runs


def model_verdict(sql: Sql, model: Row, dataset_id: str, image_id: str) -> ModelVerdict:
    """Return the model's verdict. `model` is a row of its history, with the stage and threshold of that time."""
    model_answer = ModelVerdict(
        **{name: model[name] for name in ("model_id", "run_id", "stage", "threshold")},
        score=None,
        verdict=None,
        how="not_scored",
        hint=f"this model has not scored the image; `kenpin train {dataset_id}` makes one that does",
    )
    run = runs.one(sql, model["run_id"])
    digest = run["predictions"] if run else None
    if digest and (found := predictions.score_of(platform().objects, digest, image_id)):
        return _scored(model_answer, found[0], "run", learnt_from=found[1])
    for row in reversed(chain.suggestions_of(sql, dataset_id, image_id, None)):
        if row["run_id"] == model["run_id"] and row["score"] is not None:
            return _scored(model_answer, row["score"], "suggestion")
    return model_answer


def _scored(model_answer: ModelVerdict, score: float, how: str, learnt_from: bool = False) -> ModelVerdict:
    verdict: Verdict = "NG" if score >= model_answer.threshold else "OK"
    found_score = {"score": score, "verdict": verdict, "how": how, "learnt_from": learnt_from, "hint": None}
    return model_answer.model_copy(update=found_score)
