"""Undo: what goes back, what stays because somebody decided anew, and what undoing an undo means."""

import pytest

from kenpin.domain.dataset.commands import (
    ImageUndo,
    ReportFieldReturn,
    RevertChange,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import (
    AnnotationReviewed,
    AnnotationSubmitted,
    ChangeReverted,
    DatasetEvent,
    FieldReturnReported,
    ImageErased,
    ImageExcluded,
    Judged,
    PutBack,
    SplitAssigned,
    Standing,
)
from kenpin.domain.dataset.refusals import UnknownImage
from kenpin.domain.dataset.undo import KeptValue, undo, undo_all_since
from kenpin.domain.dataset.values import Change
from tests.domain.facts import CREATED, HISTORY, A, B, C, registered, suggested
from tests.domain.pasts import NOON, past_of, undoing, within
from tests.domain.specification import Specification

spec = Specification(dataset).given(*HISTORY)
OK, NG = (AnnotationSubmitted(image_id=A, verdict=verdict) for verdict in ("OK", "NG"))
TRAIN, TEST = (SplitAssigned(image_ids=(A,), split=split, rule="r") for split in ("train", "test"))
EXCLUDED = ImageExcluded(image_id=A, reason="blurred")


def image_undo_of(history: list[DatasetEvent], *versions: int) -> ImageUndo | None:
    return undo(past_of(history, A), within(*versions), "wrong").image_undo


def test_a_wrong_label_goes_back_to_the_one_before_with_its_author() -> None:
    image_undo = image_undo_of([*HISTORY, OK, NG], 5)
    assert image_undo == ImageUndo(
        was=Standing(A, judged=Judged(NG, "inspector", NOON, 5)),
        becomes=Standing(A, judged=Judged(OK, "inspector", NOON, 4)),
    )


def test_a_first_label_goes_back_to_none() -> None:
    image_undo = image_undo_of([*HISTORY, OK], 4)
    assert image_undo is not None
    assert image_undo.becomes == Standing(A, judged=None)


def test_what_somebody_decided_later_is_kept_and_named() -> None:
    past = past_of([*HISTORY, NG, OK], A)
    assert undo(past, within(4), "wrong").kept == (KeptValue(A, "judged", "decided_later", 5),)
    assert undo(past, within(4), "wrong").image_undo is None


def test_a_later_decision_in_another_respect_is_no_reason_to_keep() -> None:
    image_undo = image_undo_of([*HISTORY, NG, TRAIN], 4)
    assert image_undo is not None
    assert image_undo.becomes == Standing(A, judged=None)


def test_a_review_of_the_wrong_label_is_a_later_decision() -> None:
    past = past_of([*HISTORY, NG, AnnotationReviewed(image_id=A, outcome="accepted")], A)
    assert undo(past, within(4), "wrong").kept == (KeptValue(A, "judged", "decided_later", 5),)


def test_a_wrong_review_goes_and_the_label_stays() -> None:
    image_undo = image_undo_of([*HISTORY, NG, AnnotationReviewed(image_id=A, outcome="returned")], 5)
    assert image_undo is not None
    assert image_undo.becomes == Standing(A, judged=Judged(NG, "inspector", NOON, 4))


def test_of_a_batch_with_somebody_elses_decision_in_between_only_what_came_after_it_goes_back() -> None:
    image_undo = image_undo_of([*HISTORY, NG, OK, NG], 4, 6)
    assert image_undo is not None
    assert image_undo.becomes == Standing(A, judged=Judged(OK, "inspector", NOON, 5))


def test_an_undone_import_excludes_its_images() -> None:
    image_undo = image_undo_of([CREATED, registered(A), TEST], 2, 3)
    assert image_undo == ImageUndo(was=Standing(A, excluded=None), becomes=Standing(A, excluded="wrong"))


def test_an_imported_image_that_somebody_has_judged_is_kept() -> None:
    past = past_of([CREATED, registered(A), OK], A)
    assert undo(past, within(2), "wrong").kept == (KeptValue(A, "registered", "in_use", 3),)


def test_an_image_leaves_the_test_split_only_when_the_change_put_it_there() -> None:
    assert image_undo_of([*HISTORY, TEST], 4) == ImageUndo(
        was=Standing(A, split="test"), becomes=Standing(A, split=None)
    )
    past = past_of([*HISTORY, TRAIN, TEST], A)
    assert undo(past, within(4), "wrong").image_undo is None


def test_what_was_undone_before_is_not_named_as_kept() -> None:
    history: list[DatasetEvent] = [*HISTORY, NG]
    history += undoing(history, 4)
    assert undo(past_of(history, A), within(4), "wrong", undone=[5]).kept == ()


def test_bringing_a_version_back_keeps_what_came_in_since_and_the_test_split() -> None:
    history: list[DatasetEvent] = [*HISTORY, OK, registered(C), NG, TEST]
    assert undo_all_since(past_of(history, C), 4).kept == (KeptValue(C, "registered", "registered_later", 5),)
    back = undo_all_since(past_of(history, A), 4)
    assert back.kept == (KeptValue(A, "split", "protected_test", 7),)
    assert back.image_undo is not None
    assert back.image_undo.becomes == Standing(A, judged=Judged(OK, "inspector", NOON, 4))


BACK_TO_OK = ImageUndo(
    was=Standing(A, judged=Judged(NG, "inspector", NOON, 5)),
    becomes=Standing(A, judged=Judged(OK, "inspector", NOON, 4)),
)
REVERT = RevertChange(reverts=Change(5, 5), image_undos=(BACK_TO_OK,), reason="wrong")


def test_what_is_as_it_was_seen_goes_back() -> None:
    spec.given(OK, NG).when(REVERT).then(
        ChangeReverted(reverts=Change(5, 5), images=(PutBack(BACK_TO_OK.becomes),), reason="wrong")
    )


@pytest.mark.parametrize(
    "later",
    [AnnotationSubmitted(image_id=A, verdict="HOLD"), AnnotationReviewed(image_id=A, outcome="accepted")],
)
def test_what_was_decided_after_it_was_seen_stays(later: DatasetEvent) -> None:
    spec.given(OK, NG, later).when(REVERT).then_nothing()


def test_an_unknown_image_cannot_go_back() -> None:
    image_undo = ImageUndo(was=Standing(C, excluded=None), becomes=Standing(C, excluded="wrong"))
    command = RevertChange(reverts=Change(2, 2), image_undos=(image_undo,), reason="wrong")
    spec.when(command).then_refused(UnknownImage, saying=C)


def test_an_image_that_went_into_the_test_split_at_that_very_moment_stays_there() -> None:
    out = ChangeReverted(
        reverts=Change(4, 4), images=(PutBack(Standing(A, split=None), split_was="train"),), reason="wrong"
    )
    assert dataset.fold([*HISTORY, TRAIN, TEST, out]).images[A].split == "test"
    assert dataset.fold([*HISTORY, TRAIN, out]).images[A].split is None


def test_an_image_that_an_undo_excludes_or_judges_needs_no_look() -> None:
    undone = ChangeReverted(
        reverts=Change(2, 2),
        images=(
            PutBack(Standing(A, excluded="wrong")),
            PutBack(Standing(B, judged=Judged(OK, "inspector", NOON, 2))),
        ),
        reason="wrong",
    )
    assert dataset.fold([*HISTORY, suggested(A, B), undone]).candidates == {}


def test_a_field_return_attaches_to_an_excluded_image_once() -> None:
    report = ReportFieldReturn(
        return_id="f1", image_id=A, found_at="2026-09-14", found_by="customer", reference="claim 2209"
    )
    told = FieldReturnReported(
        return_id="f1", image_id=A, verdict="NG", found_at="2026-09-14", found_by="customer",
        reference="claim 2209",
    )  # fmt: skip
    spec.given(EXCLUDED).when(report).then(told)
    spec.given(EXCLUDED, told).when(report).then_nothing()


def test_an_erased_image_stays_out_and_what_was_said_of_it_goes_back() -> None:
    erased = ImageErased(image_id=A, reason="a face")
    history: list[DatasetEvent] = [*HISTORY, NG, erased]
    assert undo(past_of(history, A), within(5), "wrong").kept == (KeptValue(A, "excluded", "erased", 5),)
    assert undo(past_of(history, A), within(5), "wrong").image_undo is None
    assert undo_all_since(past_of(history, A), 3).image_undo == image_undo_of([*HISTORY, NG], 4)
    asked = ImageUndo(was=Standing(A, excluded="a face"), becomes=Standing(A, excluded=None))
    spec.given(erased).when(
        RevertChange(reverts=Change(4, 4), image_undos=(asked,), reason="wrong")
    ).then_nothing()
