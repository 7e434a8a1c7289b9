"""Undo: what goes back, what stays because somebody decided anew, and what undoing an undo means."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kenpin.domain.dataset.commands import (
    CorrectCapture,
    CreateDataset,
    DatasetCommand,
    NewImage,
    RegisterImages,
    ReportFieldReturn,
    RevertChange,
    Turn,
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
from kenpin.domain.dataset.state import Dataset, Image
from kenpin.domain.dataset.undoing import Kept, Past, Stand, Undoing, bring_back, undo
from kenpin.domain.dataset.values import Capture, Change
from kenpin.domain.decider import Refusal
from kenpin.domain.ids import ImageId
from tests.domain.facts import CREATED, FILE, HISTORY, A, B, C, registered, suggested
from tests.domain.histories import history_of
from tests.domain.small_world import DATASET_COMMANDS
from tests.domain.specification import Specification

spec = Specification(dataset).given(*HISTORY)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC).isoformat()
OK, NG = (AnnotationSubmitted(image_id=A, verdict=verdict) for verdict in ("OK", "NG"))
TRAIN, TEST = (SplitAssigned(image_ids=(A,), split=split, rule="r") for split in ("train", "test"))
EXCLUDED = ImageExcluded(image_id=A, reason="blurred")


def past_of(history: list[DatasetEvent], image_id: ImageId = A) -> Past:
    """The image's stands as rows would tell them: one for each version that said something of it."""
    stands: list[Stand] = []
    judged: Judged | None = None
    state = dataset.initial
    for version, event in enumerate(history, 1):
        state, before = dataset.evolve(state, event), state
        image, old = state.images.get(image_id), before.images.get(image_id)
        if image is None or image == old:
            continue
        judged = _judged(judged, image, event, version)
        stands.append(Stand(version, image.split, image.excluded, image.capture, judged))
    return Past(image_id, state.images[image_id].ordinal, stands)


def _judged(before: Judged | None, image: Image, event: DatasetEvent, version: int) -> Judged | None:
    if image.annotation is None:
        return None
    if isinstance(event, ChangeReverted):
        [back] = [b.standing.judged for b in event.images if b.standing.image_id == image.annotation.image_id]
        return back if isinstance(back, Judged) else before
    fresh = isinstance(event, AnnotationSubmitted) or before is None
    at = version if fresh or before is None else before.version
    return Judged(image.annotation, "inspector", NOON, at, image.review)  # type: ignore[arg-type]


def within(*versions: int) -> Callable[[int], bool]:
    return lambda version: version in versions


def turn_of(history: list[DatasetEvent], *versions: int) -> Turn | None:
    return undo(past_of(history), within(*versions), "wrong").turn


def undoing(history: list[DatasetEvent], *versions: int) -> list[DatasetEvent]:
    """What happens when these versions are undone for every image."""
    state = dataset.fold(history)
    turns = [undo(past_of(history, id), within(*versions), "wrong").turn for id in state.images]
    change = Change(min(versions, default=0), max(versions, default=0))
    asked = tuple(turn for turn in turns if turn is not None)
    return dataset.decide(state, RevertChange(reverts=change, turns=asked, reason="wrong")) if asked else []


def test_a_wrong_label_goes_back_to_the_one_before_with_its_author() -> None:
    turn = turn_of([*HISTORY, OK, NG], 5)
    assert turn == Turn(
        was=Standing(A, judged=Judged(NG, "inspector", NOON, 5)),
        becomes=Standing(A, judged=Judged(OK, "inspector", NOON, 4)),
    )


def test_a_first_label_goes_back_to_none() -> None:
    turn = turn_of([*HISTORY, OK], 4)
    assert turn is not None
    assert turn.becomes == Standing(A, judged=None)


def test_what_somebody_decided_later_is_kept_and_named() -> None:
    past = past_of([*HISTORY, NG, OK])
    assert undo(past, within(4), "wrong").kept == (Kept(A, "judged", "decided_later", 5),)
    assert undo(past, within(4), "wrong").turn is None


def test_a_later_decision_in_another_respect_is_no_reason_to_keep() -> None:
    turn = turn_of([*HISTORY, NG, TRAIN], 4)
    assert turn is not None
    assert turn.becomes == Standing(A, judged=None)


def test_a_review_of_the_wrong_label_is_a_later_decision() -> None:
    past = past_of([*HISTORY, NG, AnnotationReviewed(image_id=A, outcome="accepted")])
    assert undo(past, within(4), "wrong").kept == (Kept(A, "judged", "decided_later", 5),)


def test_a_wrong_review_goes_and_the_label_stays() -> None:
    turn = turn_of([*HISTORY, NG, AnnotationReviewed(image_id=A, outcome="returned")], 5)
    assert turn is not None
    assert turn.becomes == Standing(A, judged=Judged(NG, "inspector", NOON, 4))


def test_of_a_batch_with_somebody_elses_decision_in_between_only_what_came_after_it_goes_back() -> None:
    turn = turn_of([*HISTORY, NG, OK, NG], 4, 6)
    assert turn is not None
    assert turn.becomes == Standing(A, judged=Judged(OK, "inspector", NOON, 5))


def test_nothing_of_an_erased_image_goes_back() -> None:
    past = replace(past_of([*HISTORY, OK, NG, ImageErased(image_id=A, reason="a face")]), erased=6)
    kept = (Kept(A, "registered", "erased", 6),)
    assert undo(past, within(5), "wrong") == undo(past, within(6), "wrong") == Undoing(None, kept)
    assert undo(past, within(2, 3, 4, 5, 6), "wrong") == bring_back(past, 4) == Undoing(None, kept)


def test_an_image_that_was_erased_since_it_was_seen_stays_as_it_is() -> None:
    turn = turn_of([*HISTORY, OK, NG], 5)
    assert turn is not None
    state = dataset.fold([*HISTORY, OK, NG, ImageErased(image_id=A, reason="a face")])
    command = RevertChange(reverts=Change(5, 5), turns=(turn,), reason="wrong")
    assert dataset.decide(state, command) == []


def test_an_undone_import_excludes_its_images() -> None:
    turn = turn_of([CREATED, registered(A), TEST], 2, 3)
    assert turn == Turn(was=Standing(A, excluded=None), becomes=Standing(A, excluded="wrong"))


def test_an_imported_image_that_somebody_has_judged_is_kept() -> None:
    past = past_of([CREATED, registered(A), OK])
    assert undo(past, within(2), "wrong").kept == (Kept(A, "registered", "in_use", 3),)


def test_an_image_leaves_the_test_split_only_when_the_change_put_it_there() -> None:
    assert turn_of([*HISTORY, TEST], 4) == Turn(
        was=Standing(A, split="test"), becomes=Standing(A, split=None)
    )
    past = past_of([*HISTORY, TRAIN, TEST])
    assert undo(past, within(4), "wrong").turn is None


def test_what_was_undone_before_is_not_named_as_kept() -> None:
    history: list[DatasetEvent] = [*HISTORY, NG]
    history += undoing(history, 4)
    assert undo(past_of(history), within(4), "wrong", undone=[5]).kept == ()


def test_bringing_a_version_back_keeps_what_came_in_since_and_the_test_split() -> None:
    history: list[DatasetEvent] = [*HISTORY, OK, registered(C), NG, TEST]
    assert bring_back(past_of(history, C), 4).kept == (Kept(C, "registered", "registered_later", 5),)
    undoing = bring_back(past_of(history), 4)
    assert undoing.kept == (Kept(A, "split", "protected_test", 7),)
    assert undoing.turn is not None
    assert undoing.turn.becomes == Standing(A, judged=Judged(OK, "inspector", NOON, 4))


BACK_TO_OK = Turn(
    was=Standing(A, judged=Judged(NG, "inspector", NOON, 5)),
    becomes=Standing(A, judged=Judged(OK, "inspector", NOON, 4)),
)
REVERT = RevertChange(reverts=Change(5, 5), turns=(BACK_TO_OK,), reason="wrong")


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
    turn = Turn(was=Standing(C, excluded=None), becomes=Standing(C, excluded="wrong"))
    command = RevertChange(reverts=Change(2, 2), turns=(turn,), reason="wrong")
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


def images(state: Dataset) -> dict[ImageId, Image]:
    return dict(state.images)


START: list[DatasetCommand] = [
    CreateDataset(dataset_id="cookies", project_id="bakery", name="Cookies"),
    RegisterImages(images=tuple(NewImage(image_id=id, file=FILE) for id in (A, B))),
]
acts: st.SearchStrategy[Any] = st.one_of([*DATASET_COMMANDS[2:-2], DATASET_COMMANDS[1]])
changes_of_images = st.lists(acts, max_size=12).map(lambda asked: history_of(dataset, [*START, *asked]))


@given(before=changes_of_images, command=acts)
def test_undoing_what_has_just_happened_is_as_if_it_had_not(
    before: list[DatasetEvent], command: object
) -> None:
    happened = _happens(before, command)
    after = [*before, *happened, *undoing([*before, *happened], *_versions(before, happened))]
    known = images(dataset.fold(before))
    assert {id: image for id, image in images(dataset.fold(after)).items() if id in known} == known


@given(before=changes_of_images, command=acts)
def test_undoing_the_undo_is_as_if_nothing_had_been_undone(
    before: list[DatasetEvent], command: object
) -> None:
    done = [*before, *(happened := _happens(before, command))]
    undone = undoing(done, *_versions(before, happened))
    redone = undoing([*done, *undone], *_versions(done, undone)) if undone else []
    assert images(dataset.fold([*done, *undone, *redone])) == images(dataset.fold(done))


@given(before=changes_of_images, command=acts, later=st.sampled_from([A, B]))
def test_a_later_decision_survives_the_undo(
    before: list[DatasetEvent], command: object, later: ImageId
) -> None:
    done = [*before, *(happened := _happens(before, command))]
    since = _happens(done, CorrectCapture(image_id=later, capture=Capture(product="later")))
    undone = undoing([*done, *since], *_versions(before, happened))
    image = dataset.fold([*done, *since, *undone]).images[later]
    assert image.capture.product == "later"
    assert image.excluded != "wrong"


def _happens(history: list[DatasetEvent], command: object) -> list[DatasetEvent]:
    try:
        return dataset.decide(dataset.fold(history), command)  # type: ignore[arg-type]
    except Refusal:
        return []


def _versions(before: list[DatasetEvent], happened: list[DatasetEvent]) -> range:
    return range(len(before) + 1, len(before) + len(happened) + 1)
