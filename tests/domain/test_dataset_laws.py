"""Laws of datasets: a decision looks at few images, and bytes that come again change nothing."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kenpin.domain.dataset.commands import (
    AssignGroups,
    AssignSplit,
    DatasetCommand,
    EraseImages,
    ExcludeImages,
    RegisterImages,
    RestoreImages,
    ReviewAnnotations,
    SubmitAnnotations,
    WithdrawAnnotations,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import GUARDED, DatasetEvent, ImageRegistered, images_of
from kenpin.domain.dataset.state import DatasetState
from kenpin.domain.ids import ImageId
from tests.domain.any_event import any_of
from tests.domain.command_strategies import DATASET_COMMANDS
from tests.domain.facts import IMAGES, registered
from tests.domain.histories import answer, histories

dataset_histories = histories(dataset, [*DATASET_COMMANDS])
commands = st.one_of(DATASET_COMMANDS)


def about(state: DatasetState, images: tuple[ImageId, ...]) -> DatasetState:
    """The dataset as rows give it to a decision: no more than these images."""
    return replace(
        state,
        images={id: state.images[id] for id in images if id in state.images},
        candidates={id: state.candidates[id] for id in images if id in state.candidates},
        returns={id: told for id, told in state.returns.items() if id in images},
        erased={id: why for id, why in state.erased.items() if id in images},
    )


@given(events=dataset_histories, command=commands, reached=st.integers(0, 40))
def test_a_decision_needs_only_the_images_it_is_about(
    events: list[DatasetEvent], command: DatasetCommand, reached: int
) -> None:
    rows = about(dataset.fold(events[:reached]), dataset.scope(command).about)
    assert answer(dataset, dataset.fold(events[reached:], rows), command) == answer(
        dataset, dataset.fold(events), command
    )


@given(events=dataset_histories)
def test_an_erased_image_is_out_for_ever(events: list[DatasetEvent]) -> None:
    for version in range(len(events) + 1):
        state = dataset.fold(events[:version])
        assert {id for id in state.erased if state.images[id].excluded is None} == set()
        assert not state.erased.keys() & state.candidates.keys()


@given(events=dataset_histories, event=any_of(ImageRegistered), id=st.sampled_from(IMAGES))
def test_the_same_bytes_registered_twice_fold_to_nothing(
    events: list[DatasetEvent], event: ImageRegistered, id: ImageId
) -> None:
    once = dataset.fold([*events, registered(id)])
    twice = dataset.evolve(once, replace(event, image_id=id))
    assert replace(twice, version=once.version) == once


PARTS = {
    RegisterImages: "images",
    ExcludeImages: "image_ids",
    RestoreImages: "image_ids",
    AssignSplit: "image_ids",
    AssignGroups: "groups",
    SubmitAnnotations: "annotations",
    ReviewAnnotations: "reviews",
    WithdrawAnnotations: "image_ids",
    EraseImages: "image_ids",
}
"""Of commands that take several images: the field that holds them."""


@given(events=dataset_histories, command=commands.filter(lambda command: type(command) in PARTS))
def test_a_batch_changes_what_its_parts_change_one_by_one_or_nothing(
    events: list[DatasetEvent], command: DatasetCommand
) -> None:
    before, field = dataset.fold(events), PARTS[type(command)]
    after, refused = before, False
    for part in getattr(command, field):
        decided = answer(dataset, after, command.model_copy(update={field: (part,)}))
        refused |= isinstance(decided, str)
        after = after if isinstance(decided, str) else dataset.fold(decided, after)
    whole = answer(dataset, before, command)
    assert isinstance(whole, str) == refused
    if not isinstance(whole, str):
        at_once = dataset.fold(whole, before)
        assert (at_once.images, at_once.candidates) == (after.images, after.candidates)


@given(events=dataset_histories, command=commands)
def test_the_facts_that_change_a_revision_are_those_decided_on_a_guarded_image(
    events: list[DatasetEvent], command: DatasetCommand
) -> None:
    decided = answer(dataset, dataset.fold(events), command)
    guarded = dataset.scope(command).guarded
    for event in decided if isinstance(decided, list) else ():
        assert bool(set(images_of(event)) & set(guarded)) == isinstance(event, GUARDED)
