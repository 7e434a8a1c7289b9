"""Undo: the target of a request, the preview of it, and carrying it out a slice at a time."""

import pytest

from kenpin.application import undo
from kenpin.application.judge import submit_annotations
from kenpin.application.undo import UndoRequest, carry_out_undo, chunks, plan_undo
from kenpin.domain.commit import MAX_ENTITIES
from kenpin.domain.dataset.commands import ImageUndo, Judgement, TagVersion
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import Standing
from kenpin.domain.dataset.refusals import NoSuchChange, NoSuchDataset, NothingToUndo
from tests.application.conftest import HANAKO, IMAGES, MemoryResources

REGISTERED = 1 + len(IMAGES)
"""The version at which the last image was registered."""


@pytest.fixture
def judged(cookies: MemoryResources) -> MemoryResources:
    """All images judged, and the version before it tagged."""
    cookies.commands.execute(dataset, "cookies", TagVersion(name="good"), by=HANAKO.by)
    judgements = [Judgement(image_id=id, verdict="OK") for id in IMAGES]
    submit_annotations(cookies, "cookies", judgements, HANAKO, {})
    return cookies


def versions() -> UndoRequest:
    return UndoRequest(from_version=REGISTERED + 2, to_version=REGISTERED + 1 + len(IMAGES))


@pytest.mark.parametrize("request_", [versions(), UndoRequest(return_to="good")])
def test_a_preview_is_read_page_by_page(judged: MemoryResources, request_: UndoRequest) -> None:
    first = plan_undo(judged, "cookies", request_, after=0, limit=3)
    assert (first.touched, [image.past.image_id for image in first.images]) == (5, [*IMAGES[:3]])
    assert first.after is not None
    rest = plan_undo(judged, "cookies", request_, after=first.after, limit=3)
    assert ([image.past.image_id for image in rest.images], rest.after) == ([*IMAGES[3:]], None)
    assert all(image.undo.image_undo for image in [*first.images, *rest.images])


def test_an_undo_out_of_time_goes_on_from_where_it_came_to(
    judged: MemoryResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo, "PAGE", 2)
    after, images = 0, []
    while True:
        done = carry_out_undo(
            judged, "cookies", versions(), "wrong lot", after=after, by=HANAKO.by, seconds=-1, own_alone=False
        )
        images.append(done.images)
        if done.after is None:
            break
        after = done.after
    assert images == [2, 2, 1, 0]
    assert done.version == judged.events.head("dataset-cookies").version


@pytest.mark.parametrize(
    ("request_", "refusal", "says"),
    [
        (UndoRequest(from_version=1), NothingToUndo, "version 1 changed no image"),
        (UndoRequest(from_version=3, to_version=2), NoSuchChange, "versions 3 to 2"),
        (UndoRequest(from_version=2, to_version=99), NoSuchChange, "which ends at 12"),
        (UndoRequest(batch_id="nothing"), NoSuchChange, "has no batch nothing"),
        (UndoRequest(event_id="dataset-other@2"), NoSuchChange, "no event of dataset cookies"),
        (UndoRequest(return_to="bad"), NoSuchChange, "has no tag bad"),
        (UndoRequest(return_to="99"), NoSuchChange, "version 99 is not"),
        (UndoRequest(return_to="12"), NothingToUndo, "what came after version 12"),
    ],
)
def test_what_cannot_be_undone_is_refused_before_anything_is_done(
    judged: MemoryResources,
    request_: UndoRequest,
    refusal: type[Exception],
    says: str,
) -> None:
    with pytest.raises(refusal, match=says):
        plan_undo(judged, "cookies", request_, after=0, limit=1)
    with pytest.raises(refusal, match=says):
        carry_out_undo(judged, "cookies", request_, "r", after=0, by=HANAKO.by, seconds=1, own_alone=False)
    assert judged.events.head("dataset-cookies").version == 12


def test_a_dataset_that_is_not_there_has_nothing_to_undo(cookies: MemoryResources) -> None:
    with pytest.raises(NoSuchDataset):
        plan_undo(cookies, "cakes", versions(), after=0, limit=1)


def test_no_commit_guards_more_images_than_it_may() -> None:
    image_undos = [
        ImageUndo(was=Standing(id), becomes=Standing(id, excluded="r"))
        for id in (f"{n:064x}" for n in range(2 * MAX_ENTITIES + 1))
    ]
    assert [len(chunk) for chunk in chunks(image_undos)] == [MAX_ENTITIES, MAX_ENTITIES, 1]


def test_no_commit_holds_more_bytes_than_it_may() -> None:
    reason = "x" * (undo.TURNS_BYTES // 2)
    image_undos = [ImageUndo(was=Standing(id), becomes=Standing(id, excluded=reason)) for id in IMAGES[:3]]
    assert [len(chunk) for chunk in chunks(image_undos)] == [1, 1, 1]
