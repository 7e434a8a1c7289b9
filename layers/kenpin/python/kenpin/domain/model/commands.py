"""Commands to a model."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kenpin.domain.command import Command, Count, Digest, Reason, Score, Slug, Text
from kenpin.domain.gates import GateReport
from kenpin.domain.model.events import ModelFormat, Stage


class RegisterModel(Command):
    model_id: Slug
    project_id: Slug
    dataset_id: Slug
    run_id: Slug
    artifact: Digest
    threshold: Score


class ChooseThreshold(Command):
    threshold: Score
    reason: Reason
    grey_from: Score | None = None
    """Scores from here up to the threshold are the grey zone: people look at the images. None: there is none."""

    @model_validator(mode="after")
    def check_zone(self) -> Self:
        if self.grey_from is not None and self.grey_from >= self.threshold:
            text = "the grey zone begins below the threshold: choose less than {threshold} for grey_from"
            raise PydanticCustomError("grey_above_threshold", text, {"threshold": f"{self.threshold:.4g}"})
        return self


class EvaluateGates(Command):
    report: GateReport


class PromoteModel(Command):
    stage: Stage
    reason: Reason
    override_reason: Text = ""
    """The reason for production without passed gates."""
    report: GateReport | None = None
    """None: the project sets no gates."""
    needs_second_person: bool = False
    """The promoter asked for the model's run, and the project wants another person."""
    replaced_by: Slug | None = None
    """The model in production now, where this one was promoted before it."""


class RollBackModel(Command):
    """Put the model back, so that the one before it is in production again."""

    back_to: Slug
    reason: Reason


class RetireModel(Command):
    reason: Reason


class ReportExport(Command):
    """The training container has written and checked the files of a model."""

    export_id: Slug
    format: ModelFormat
    digest: Digest
    size: Annotated[int, Field(ge=0)]
    images: Count
    largest_difference: Annotated[float, Field(ge=0)]
    tolerance: Annotated[float, Field(ge=0)]


class RequestInspection(Command):
    """Ask for scores of images: the named ones, else arrivals, else all that the model has not scored."""

    inspection_id: Slug
    image_ids: tuple[Digest, ...] = ()
    after: Annotated[int, Field(ge=0)] | None = None
    upto: Annotated[int, Field(ge=0)] | None = None


class FailInspection(Command):
    """The training container gives the inspection up."""

    inspection_id: Slug
    reason: Reason


class ReportInspection(Command):
    """The training container has scored images."""

    inspection_id: Slug
    dataset_id: Slug
    dataset_version: Annotated[int, Field(ge=0)]
    threshold: Score
    predictions: Digest
    images: Count
    judged_ng: Count
    unfamiliar: Count | None
    left_out: Count
    remaining: Count
    grey_from: Score | None = None
    grey: Count | None = None


ModelCommand = (
    RegisterModel
    | ChooseThreshold
    | EvaluateGates
    | PromoteModel
    | RollBackModel
    | RetireModel
    | ReportExport
    | RequestInspection
    | ReportInspection
    | FailInspection
)
