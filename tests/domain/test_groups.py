"""Groups of images: who is in which, by assignment or by a field of the capture condition."""

import pytest

from kenpin.domain.dataset.commands import AssignGroups, DatasetCommand, GroupedImages, SetGrouping
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import GroupAssigned, GroupingSet
from kenpin.domain.dataset.groups import group_of
from kenpin.domain.dataset.refusals import NoSuchDataset, UnknownImage
from kenpin.domain.dataset.values import Capture, GroupingField
from kenpin.domain.ids import ImageId
from tests.domain.facts import HISTORY, OK_A, A, B, C
from tests.domain.specification import Specification

spec = Specification(dataset)
PART = Capture(part="P1", lot="L1")
IN_TRAY = GroupAssigned(image_ids=(A,), group="tray", reason="one photograph")


def put_into(group: str | None, *image_ids: ImageId) -> DatasetCommand:
    return AssignGroups(groups=(GroupedImages(image_ids=image_ids, group=group),), reason="one photograph")


@pytest.mark.parametrize(
    ("group", "capture", "grouping", "expected"),
    [
        (None, Capture(), None, None),
        (None, PART, None, "P1"),
        (None, PART, "part", "P1"),
        (None, PART, "lot", "L1"),
        (None, PART, "session", None),
        (None, Capture(part=""), "part", None),
        ("tray", PART, "lot", "tray"),
    ],
)
def test_a_group_is_the_assigned_one_or_else_the_value_of_the_field(
    group: str | None, capture: Capture, grouping: GroupingField | None, expected: str | None
) -> None:
    assert group_of(group, capture, grouping) == expected


def test_images_are_put_into_a_group_and_out_of_it() -> None:
    put = put_into("tray", A, B, A)
    both = GroupAssigned(image_ids=(A, B), group="tray", reason="one photograph")
    spec.given(*HISTORY).when(put).then(both)
    spec.given(*HISTORY, IN_TRAY).when(put).then(
        GroupAssigned(image_ids=(B,), group="tray", reason="one photograph")
    )
    spec.given(*HISTORY, both).when(put).then_nothing()
    spec.given(*HISTORY, IN_TRAY).when(put_into(None, A, B)).then(
        GroupAssigned(image_ids=(A,), group=None, reason="one photograph")
    )


def test_several_groups_are_assigned_at_once_and_the_last_counts() -> None:
    groups = (GroupedImages(image_ids=(A, B), group="tray"), GroupedImages(image_ids=(B,), group="box"))
    spec.given(*HISTORY).when(AssignGroups(groups=groups)).then(
        GroupAssigned(image_ids=(A,), group="tray"), GroupAssigned(image_ids=(B,), group="box")
    )


def test_an_image_that_is_not_there_cannot_be_grouped() -> None:
    spec.given(*HISTORY).when(put_into("tray", A, C)).then_refused(UnknownImage, saying=C)
    spec.when(put_into("tray", A)).then_refused(NoSuchDataset)


def test_the_grouping_field_is_part_until_it_is_set() -> None:
    spec.given(*HISTORY).when(SetGrouping(field="part")).then_nothing()
    spec.given(*HISTORY).when(SetGrouping(field="lot")).then(GroupingSet(field="lot"))
    spec.given(*HISTORY, GroupingSet(field="lot")).when(SetGrouping(field="lot")).then_nothing()
    spec.given(*HISTORY, GroupingSet(field="lot")).when(SetGrouping(field="part")).then(
        GroupingSet(field="part")
    )


def test_a_judgement_leaves_the_group() -> None:
    assert dataset.fold([*HISTORY, IN_TRAY, OK_A]).images[A].group == "tray"
