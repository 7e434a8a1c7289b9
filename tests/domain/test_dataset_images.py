"""Images of a dataset: how they come in, are put right, taken out, split and named as a version."""

import pytest

from kenpin.domain.dataset.commands import (
    AssignSplit,
    CorrectCapture,
    CreateDataset,
    DatasetCommand,
    DismissCandidate,
    ExcludeImages,
    Judgement,
    NewImage,
    RegisterImages,
    RestoreImages,
    Review,
    ReviewAnnotations,
    SubmitAnnotations,
    SuggestCandidates,
    TagVersion,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import (
    CaptureCorrected,
    ImageExcluded,
    ImageRestored,
    SplitAssigned,
    VersionTagged,
)
from kenpin.domain.dataset.refusals import (
    DatasetExists,
    NoSuchDataset,
    NoSuchVersion,
    ProtectedTestSplit,
    TagLikeVersion,
    TagTaken,
    UnknownImage,
)
from kenpin.domain.dataset.values import Capture
from kenpin.domain.ids import ImageId, Split
from tests.domain.facts import CREATED, EXCLUDED_A, FILE, HISTORY, OK_A, A, B, C, registered
from tests.domain.specification import Specification

spec = Specification(dataset)

CREATE = CreateDataset(dataset_id="cookies", project_id="bakery", name="Cookies")
LINE_1, LINE_2 = Capture(line="1"), Capture(line="2", light="dome")
RESTORED_A = ImageRestored(image_id=A, reason="sharp enough")


def register(*image_ids: ImageId) -> RegisterImages:
    return RegisterImages(images=tuple(NewImage(image_id=i, file=FILE, capture=LINE_1) for i in image_ids))


def assigned(*image_ids: ImageId, split: Split = "train") -> SplitAssigned:
    return SplitAssigned(image_ids=image_ids, split=split, rule="by day")


def test_a_dataset_is_created_once() -> None:
    spec.when(CREATE).then(CREATED)
    spec.given(CREATED).when(CREATE).then_refused(DatasetExists, saying="cookies")


@pytest.mark.parametrize(
    "command",
    [
        register(A),
        CorrectCapture(image_id=A, capture=LINE_2),
        ExcludeImages(image_ids=(A,), reason="blurred"),
        RestoreImages(image_ids=(A,)),
        AssignSplit(image_ids=(A,), split="train", rule="by day"),
        SubmitAnnotations(annotations=(Judgement(image_id=A, verdict="OK"),)),
        ReviewAnnotations(reviews=(Review(image_id=A, outcome="accepted"),)),
        SuggestCandidates(suggestion_id="s1", policy="diverse@1", candidates=()),
        DismissCandidate(suggestion_id="s1", image_id=A),
        TagVersion(name="v1"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_nothing_can_be_asked_of_a_dataset_that_is_not_there(command: DatasetCommand) -> None:
    spec.when(command).then_refused(NoSuchDataset)


@pytest.mark.parametrize(
    "command",
    [
        CorrectCapture(image_id=C, capture=LINE_2),
        ExcludeImages(image_ids=(A, C), reason="blurred"),
        RestoreImages(image_ids=(A, C)),
        AssignSplit(image_ids=(A, C), split="train", rule="by day"),
        SubmitAnnotations(annotations=(Judgement(image_id=C, verdict="OK"),)),
        ReviewAnnotations(reviews=(Review(image_id=C, outcome="accepted"),)),
    ],
    ids=lambda command: type(command).__name__,
)
def test_an_image_that_is_not_there_is_named(command: DatasetCommand) -> None:
    spec.given(*HISTORY).when(command).then_refused(UnknownImage, saying=C)


def test_images_come_in() -> None:
    spec.given(CREATED).when(register(A, B)).then(registered(A), registered(B))


def test_an_image_comes_in_once() -> None:
    spec.given(*HISTORY).when(register(A, C, B)).then(registered(C))


def test_of_the_same_bytes_in_one_request_the_first_count() -> None:
    first, second = (NewImage(image_id=A, file=FILE, capture=capture) for capture in (LINE_1, LINE_2))
    spec.given(CREATED).when(RegisterImages(images=(first, second))).then(registered(A, LINE_1))


def test_an_excluded_image_that_comes_again_stays_excluded() -> None:
    spec.given(*HISTORY, EXCLUDED_A).when(register(A)).then_nothing()


def test_images_keep_the_order_they_came_in() -> None:
    images = dataset.fold([*HISTORY, OK_A, registered(C), registered(A)]).images
    assert [images[id].ordinal for id in (A, B, C)] == [2, 3, 5]


def test_a_capture_condition_is_put_right() -> None:
    corrected = CaptureCorrected(image_id=A, capture=LINE_2, reason="wrong file")
    correct = CorrectCapture(image_id=A, capture=LINE_2, reason="wrong file")
    spec.given(*HISTORY).when(correct).then(corrected)
    spec.given(*HISTORY, corrected).when(correct).then_nothing()
    spec.given(*HISTORY).when(CorrectCapture(image_id=A, capture=LINE_1)).then_nothing()


def test_images_are_excluded_with_a_reason() -> None:
    exclude = ExcludeImages(image_ids=(A, B, A), reason="blurred")
    excluded_b = ImageExcluded(image_id=B, reason="blurred")
    spec.given(*HISTORY).when(exclude).then(EXCLUDED_A, excluded_b)
    spec.given(*HISTORY, EXCLUDED_A).when(exclude).then(excluded_b)
    spec.given(*HISTORY, EXCLUDED_A, excluded_b).when(exclude).then_nothing()


def test_an_excluded_image_is_restored() -> None:
    restore = RestoreImages(image_ids=(B, A, A), reason="sharp enough")
    spec.given(*HISTORY).when(restore).then_nothing()
    spec.given(*HISTORY, EXCLUDED_A).when(restore).then(RESTORED_A)
    spec.given(*HISTORY, EXCLUDED_A, RESTORED_A).when(restore).then_nothing()


def test_images_are_put_into_a_split() -> None:
    split = AssignSplit(image_ids=(A, B, A), split="train", rule="by day")
    spec.given(*HISTORY).when(split).then(assigned(A, B))
    spec.given(*HISTORY, assigned(A)).when(split).then(assigned(B))
    spec.given(*HISTORY, assigned(A, B)).when(split).then_nothing()


def test_an_image_moves_between_train_and_validation() -> None:
    move = AssignSplit(image_ids=(A,), split="validation", rule="by day")
    spec.given(*HISTORY, assigned(A)).when(move).then(assigned(A, split="validation"))


def test_an_image_of_the_test_split_stays_there() -> None:
    history = spec.given(*HISTORY, assigned(A, split="test"))
    leave = AssignSplit(image_ids=(A, B), split="train", rule="by day")
    stay = AssignSplit(image_ids=(A,), split="test", rule="by day")
    history.when(leave).then_refused(ProtectedTestSplit, saying=A)
    history.when(stay).then_nothing()


def test_two_people_who_assign_at_once_do_not_move_an_image_out_of_the_test_split() -> None:
    state = dataset.fold([*HISTORY, assigned(A, split="test"), assigned(A, B, split="train")])
    assert (state.images[A].split, state.images[B].split) == ("test", "train")


def test_a_version_gets_a_name() -> None:
    tag = TagVersion(name="v1", note="first audit")
    spec.given(*HISTORY).when(tag).then(VersionTagged(name="v1", tagged_version=3, note="first audit"))


def test_an_earlier_version_gets_a_name() -> None:
    tag = TagVersion(name="v1", version=2)
    spec.given(*HISTORY).when(tag).then(VersionTagged(name="v1", tagged_version=2))


def test_a_version_that_is_yet_to_come_gets_no_name() -> None:
    tag = TagVersion(name="v1", version=4)
    spec.given(*HISTORY).when(tag).then_refused(NoSuchVersion, saying="the newest is 3")


def test_a_version_may_have_two_names() -> None:
    tagged = VersionTagged(name="v1", tagged_version=3)
    spec.given(*HISTORY, tagged).when(TagVersion(name="v2")).then(VersionTagged(name="v2", tagged_version=4))


def test_a_tag_is_told_apart_from_a_version() -> None:
    spec.given(*HISTORY).when(TagVersion(name="17")).then_refused(TagLikeVersion, saying="version 17")
    spec.given(*HISTORY).when(TagVersion(name="v17")).then(VersionTagged(name="v17", tagged_version=3))


def test_a_tag_of_old_that_looks_like_a_version_still_folds() -> None:
    old = VersionTagged(name="17", tagged_version=3)
    spec.given(*HISTORY, old).when(TagVersion(name="v2")).then(VersionTagged(name="v2", tagged_version=4))


def test_a_tag_cannot_be_moved() -> None:
    tagged = VersionTagged(name="v1", tagged_version=3)
    again = TagVersion(name="v1")
    spec.given(*HISTORY, tagged, registered(C)).when(again).then_refused(TagTaken, saying="version 3")
