"""Erasing an image: what the rules say, and that it takes part no more."""

import pytest

from kenpin.domain.dataset.commands import (
    EraseImages,
    ImageUndo,
    Judgement,
    RestoreImages,
    RevertChange,
    SubmitAnnotations,
    SuggestCandidates,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import (
    CandidatesSuggested,
    DatasetCreated,
    ImageErased,
    ImageExcluded,
    ImageRegistered,
    Standing,
)
from kenpin.domain.dataset.refusals import ImageIsErased, UnknownImage
from kenpin.domain.dataset.values import Candidate, Capture, Change, ImageFile
from tests.domain.specification import Specification

A, B = "a" * 64, "b" * 64
FILE = ImageFile(size=9, width=4, height=3, media_type="image/png")
HISTORY = (
    DatasetCreated(dataset_id="d", project_id="p", name="D"),
    ImageRegistered(image_id=A, file=FILE, capture=Capture()),
    ImageRegistered(image_id=B, file=FILE, capture=Capture()),
)
ERASED = ImageErased(image_id=A, reason="a face")
spec = Specification(dataset)


def test_an_image_can_be_erased_for_a_reason() -> None:
    spec.given(*HISTORY).when(EraseImages(image_ids=(A, A), reason="a face")).then(ERASED)


def test_an_excluded_image_can_be_erased() -> None:
    out = ImageExcluded(image_id=A, reason="blurred")
    spec.given(*HISTORY, out).when(EraseImages(image_ids=(A,), reason="a face")).then(ERASED)


def test_erased_twice_is_erased_once() -> None:
    spec.given(*HISTORY, ERASED).when(EraseImages(image_ids=(A,), reason="again")).then()


def test_an_unknown_image_cannot_be_erased() -> None:
    spec.given(*HISTORY).when(EraseImages(image_ids=("c" * 64,), reason="a face")).then_refused(UnknownImage)


@pytest.mark.parametrize(
    "command",
    [
        RestoreImages(image_ids=(A,)),
        SubmitAnnotations(annotations=(Judgement(image_id=A, verdict="OK"),)),
    ],
)
def test_an_erased_image_takes_part_no_more(command: RestoreImages | SubmitAnnotations) -> None:
    spec.given(*HISTORY, ERASED).when(command).then_refused(ImageIsErased)


def test_an_erased_image_is_suggested_no_more() -> None:
    asked = SuggestCandidates(
        suggestion_id="s", policy="hybrid", candidates=(Candidate(A, "diverse"), Candidate(B, "diverse"))
    )
    told = CandidatesSuggested(suggestion_id="s", policy="hybrid", candidates=(Candidate(B, "diverse"),))
    spec.given(*HISTORY, ERASED).when(asked).then(told)
    state = dataset.fold([*HISTORY, told, ImageErased(image_id=B, reason="a face")])
    assert state.candidates == {} and state.erased == {B: "a face"}
    assert state.images[B].excluded == "a face"


def test_no_undo_brings_an_erased_image_back() -> None:
    seen = Standing(A, excluded="a face")
    back = RevertChange(
        reverts=Change(4, 4),
        image_undos=(ImageUndo(was=seen, becomes=Standing(A, excluded=None)),),
        reason="?",
    )
    spec.given(*HISTORY, ERASED).when(back).then()
