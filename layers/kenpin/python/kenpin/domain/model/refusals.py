"""Refusals of a model."""

from collections.abc import Sequence

from kenpin.domain.decider import Missing, Refusal
from kenpin.domain.gates import GateResult


class NoSuchModel(Missing):
    text = "there is no such model"


class ModelIsRetired(Refusal):
    text = "the model is retired; train a new one or choose another"


class NoOnnxExport(Refusal):
    text = "model {model_id} has no ONNX export; make one first: kenpin model export {model_id} --format onnx"

    def __init__(self, model_id: str) -> None:
        super().__init__(model_id=model_id)


class UnusableExport(Refusal):
    text = "the ONNX export of the model cannot be used: {reason}; export the model again"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class GatesNotPassed(Refusal):
    text = "the model does not pass the gates: {failed}. Train a better one, or promote it with an override reason"

    def __init__(self, failed: Sequence[GateResult]) -> None:
        super().__init__(failed="; ".join(map(str, failed)), gates=len(failed))


class SecondPersonNeeded(Refusal):
    text = "you asked for the run of this model; another person must promote it to production"


class NoGates(Refusal):
    text = "project {project_id} sets no gates; set them first"

    def __init__(self, project_id: str) -> None:
        super().__init__(project_id=project_id)


class NotInProduction(Refusal):
    text = "model {model_id} is not in production, {current} is; roll back the one that is"

    def __init__(self, model_id: str, current: str | None) -> None:
        super().__init__(model_id=model_id, current=current or "no model of the dataset")


class NothingToRollBackTo(Refusal):
    text = "no other model stands in production before {model_id}; promote another one, or put this one back"

    def __init__(self, model_id: str) -> None:
        super().__init__(model_id=model_id)
