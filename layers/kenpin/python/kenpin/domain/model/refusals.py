"""Refusals of a model."""

from collections.abc import Sequence

from kenpin.domain.decider import Missing, Refusal
from kenpin.domain.gates import GateResult


class NoSuchModel(Missing):
    def __init__(self) -> None:
        super().__init__("there is no such model")


class ModelIsRetired(Refusal):
    def __init__(self) -> None:
        super().__init__("the model is retired; train a new one or choose another")


class NoOnnxExport(Refusal):
    def __init__(self, model_id: str) -> None:
        super().__init__(
            f"model {model_id} has no ONNX export; make one first: kenpin model export {model_id} --format onnx"
        )


class UnusableExport(Refusal):
    def __init__(self, reason: str) -> None:
        super().__init__(f"the ONNX export of the model cannot be used: {reason}; export the model again")


class GatesNotPassed(Refusal):
    def __init__(self, failed: Sequence[GateResult]) -> None:
        found = "; ".join(map(str, failed))
        super().__init__(
            f"the model does not pass the gates: {found}. Train a better one, or promote it with an override reason"
        )


class SecondPersonNeeded(Refusal):
    def __init__(self) -> None:
        super().__init__("you asked for the run of this model; another person must promote it to production")


class NoGates(Refusal):
    def __init__(self, project_id: str) -> None:
        super().__init__(f"project {project_id} sets no gates; set them first")


class NotInProduction(Refusal):
    def __init__(self, model_id: str, current: str | None) -> None:
        now = f"{current} is" if current else "no model of the dataset is"
        super().__init__(f"model {model_id} is not in production, {now}; roll back the one that is")


class NothingToRollBackTo(Refusal):
    def __init__(self, model_id: str) -> None:
        super().__init__(
            f"no other model stands in production before {model_id}; promote another one, or put this one back"
        )
