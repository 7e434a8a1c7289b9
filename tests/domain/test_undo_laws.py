"""The laws of undo, with everything that can happen to a dataset in between."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kenpin.domain.dataset.commands import (
    CorrectCapture,
    CreateDataset,
    DatasetCommand,
    NewImage,
    RegisterImages,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import DatasetEvent
from kenpin.domain.dataset.state import DatasetState, ImageState
from kenpin.domain.dataset.values import Capture
from kenpin.domain.decider import Refusal
from kenpin.domain.ids import ImageId
from tests.domain.command_strategies import DATASET_COMMANDS
from tests.domain.facts import FILE, A, B
from tests.domain.histories import history_of
from tests.domain.pasts import undoing


def images(state: DatasetState) -> dict[ImageId, ImageState]:
    return dict(state.images)


START: list[DatasetCommand] = [
    CreateDataset(dataset_id="cookies", project_id="bakery", name="Cookies"),
    RegisterImages(images=tuple(NewImage(image_id=id, file=FILE) for id in (A, B))),
]
acts: st.SearchStrategy[Any] = st.one_of(DATASET_COMMANDS)
changes_of_images = st.lists(acts, max_size=12).map(lambda asked: history_of(dataset, [*START, *asked]))


@given(before=changes_of_images, command=acts)
def test_undoing_what_has_just_happened_is_as_if_it_had_not(
    before: list[DatasetEvent], command: object
) -> None:
    happened = _happens(before, command)
    after = [*before, *happened, *undoing([*before, *happened], *_versions(before, happened))]
    state = dataset.fold(after)
    known = {id: out_if_erased(id, image, state) for id, image in images(dataset.fold(before)).items()}
    assert {id: image for id, image in state.images.items() if id in known} == known


def out_if_erased(id: ImageId, image: ImageState, state: DatasetState) -> ImageState:
    """Nothing brings bytes back."""
    return replace(image, excluded=state.erased[id]) if id in state.erased else image


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
