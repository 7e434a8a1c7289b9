"""Commands refused by validation, before any rule, and their messages."""

import math

import pytest
from pydantic import ValidationError

from kenpin.domain.command import Command
from kenpin.domain.commit import MAX_ENTITIES
from kenpin.domain.dataset.commands import (
    AssignSplit,
    CorrectCapture,
    ExcludeImages,
    Judgement,
    NewImage,
    RegisterImages,
    SetWindow,
    SubmitAnnotations,
    SuggestCandidates,
    TagVersion,
)
from kenpin.domain.dataset.values import Candidate, Capture
from kenpin.domain.ids import ImageId
from kenpin.domain.model.commands import ChooseThreshold, PromoteModel
from kenpin.domain.project.commands import CreateProject, DefineDefectClass, SetInspectionPolicy
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import CompleteEpoch, FailRun, ReportEvaluation, StartRun
from tests.domain.facts import FILE, A

EVALUATION = {
    "split": "test",
    "split_rule": "by day",
    "images": 2,
    "ng": 1,
    "ok": 1,
    "escapes": 0,
    "overkills": 0,
    "threshold": 0.5,
}


@pytest.mark.parametrize(
    ("command", "fields", "where"),
    [
        (CreateProject, {"project_id": "Bakery", "name": "x"}, "project_id"),
        (CreateProject, {"project_id": "bakery\n", "name": "x"}, "project_id"),
        (CreateProject, {"project_id": "bakery", "name": ""}, "name"),
        (CreateProject, {"project_id": "bakery", "name": "x", "colour": "red"}, "colour"),
        (DefineDefectClass, {"class_id": "crack", "name": "Crack", "key": 10}, "key"),
        (SetInspectionPolicy, {"escape_cost": 0, "overkill_cost": 1}, "escape_cost"),
        (SetInspectionPolicy, {"escape_cost": math.inf, "overkill_cost": 1}, "escape_cost"),
        (ExcludeImages, {"image_ids": [A], "reason": ""}, "reason"),
        (ExcludeImages, {"image_ids": [], "reason": "blurred"}, "image_ids"),
        (ExcludeImages, {"image_ids": ["a"], "reason": "blurred"}, "image_ids"),
        (ExcludeImages, {"image_ids": [A] * (MAX_ENTITIES + 1), "reason": "blurred"}, "image_ids"),
        (AssignSplit, {"image_ids": [A], "split": "holdout", "rule": "by day"}, "split"),
        (Judgement, {"image_id": A, "verdict": "MAYBE"}, "verdict"),
        (Judgement, {"image_id": A, "verdict": "OK", "seconds_spent": -1}, "seconds_spent"),
        (Judgement, {"image_id": A, "verdict": "NG", "defects": [{"class_id": "c", "mask": "m"}]}, "defects"),
        (Judgement, {"image_id": A, "verdict": "NG", "defects": [{"class_id": "c", "size": 3}]}, "defects"),
        (CorrectCapture, {"image_id": A, "capture": {"lens": "x" * 65}}, "capture"),
        (SetWindow, {"low": -math.inf, "high": 1}, "low"),
        (SetWindow, {"low": 0, "high": 1e300}, "high"),
        (SetWindow, {"low": 0, "high": 1, "camera": ""}, "camera"),
        (TagVersion, {"name": "first audit"}, "name"),
        (StartRun, {"attempt": 0, "identity": {}}, "attempt"),
        (CompleteEpoch, {"attempt": 1, "epoch": 1, "epochs": 1, "metrics": {"loss": math.nan}}, "metrics"),
        (ReportEvaluation, {"attempt": 1, "evaluation": EVALUATION | {"auroc": math.nan}}, "evaluation"),
        (ReportEvaluation, {"attempt": 1, "evaluation": EVALUATION | {"threshold": math.inf}}, "evaluation"),
        (ChooseThreshold, {"threshold": 1.1, "reason": "x"}, "threshold"),
        (PromoteModel, {"stage": "production", "reason": ""}, "reason"),
    ],
)
def test_a_request_that_makes_no_sense_is_told_where(
    command: type[Command], fields: dict[str, object], where: str
) -> None:
    with pytest.raises(ValidationError) as no:
        command.model_validate(fields)
    assert where in [place for error in no.value.errors() for place in error["loc"]]


def test_a_value_made_in_the_program_is_checked_like_one_from_outside() -> None:
    nowhere = Candidate(image_id=A, reason="uncertain", score=math.nan)
    with pytest.raises(ValidationError, match="score"):
        SuggestCandidates(suggestion_id="s1", policy="uncertain@1", candidates=(nowhere,))


@pytest.mark.parametrize("capture", [{"lot": "L\0"}, Capture(lot="L\0")])
def test_text_that_postgresql_cannot_hold_is_no_fact(capture: Capture) -> None:
    with pytest.raises(ValidationError, match="NUL"):
        CorrectCapture.model_validate({"image_id": A, "capture": capture})


def test_a_backslash_is_no_nul() -> None:
    kept = [r"\u0000", r"\\u0000", "\\"]
    assert [ExcludeImages(image_ids=(A,), reason=text).reason for text in kept] == kept


def test_what_a_broken_program_wrote_is_made_storable() -> None:
    assert FailRun(attempt=1, reason="killed", log_tail="a\0b").log_tail == "a�b"


@pytest.mark.parametrize("size", [100, 64, 544])
def test_a_recipe_takes_image_sizes_that_the_network_can_halve_five_times(size: int) -> None:
    with pytest.raises(ValidationError):
        Recipe(image_size=size)
    assert Recipe(image_size=256).image_size == 256


def test_a_full_request_fits_its_bounds() -> None:
    ids: list[ImageId] = [f"{i:064x}" for i in range(MAX_ENTITIES)]
    judgements = tuple(Judgement(image_id=id, verdict="OK") for id in ids)
    assert len(SubmitAnnotations(annotations=judgements).annotations) == MAX_ENTITIES
    images = tuple(NewImage(image_id=f"{i:064x}", file=FILE) for i in range(200))
    assert len(RegisterImages(images=images).images) == 200
