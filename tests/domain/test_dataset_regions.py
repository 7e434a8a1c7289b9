"""Regions of interest: what may be drawn, which stands for a camera, and how one is removed."""

from contextlib import nullcontext

import pytest
from pydantic import ValidationError

from kenpin.domain.dataset.commands import SetRegionOfInterest
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import RegionOfInterestSet
from kenpin.domain.dataset.refusals import NoSuchDataset
from kenpin.domain.dataset.regions import regions_in_order
from kenpin.domain.region_of_interest import RegionOfInterest, region_of
from tests.domain.facts import CREATED
from tests.domain.specification import Specification

spec = Specification(dataset)
PART = (((10.0, 5.0), (90.0, 5.0), (90.0, 75.0), (10.0, 75.0)),)
CLAMP = (((40.0, 40.0), (50.0, 40.0), (45.0, 55.0)),)
WHOLE = RegionOfInterestSet(width=100, height=80, include=PART, ignore=CLAMP)
OF_1 = RegionOfInterestSet(width=200, height=160, ignore=CLAMP, camera="1", reason="a new clamp")


def asked(event: RegionOfInterestSet) -> SetRegionOfInterest:
    return SetRegionOfInterest.model_validate({n: getattr(event, n) for n in event.__struct_fields__})


def test_a_region_is_set_once_and_can_be_changed_and_removed() -> None:
    removed = RegionOfInterestSet(width=0, height=0, camera="1")
    spec.given(CREATED).when(asked(WHOLE)).then(WHOLE)
    spec.given(CREATED, WHOLE).when(asked(WHOLE)).then_nothing()
    spec.given(CREATED, WHOLE).when(asked(OF_1)).then(OF_1)
    spec.given(CREATED, OF_1).when(SetRegionOfInterest(camera="1")).then(removed)
    spec.given(CREATED, OF_1, removed).when(SetRegionOfInterest(camera="1")).then_nothing()
    spec.when(asked(WHOLE)).then_refused(NoSuchDataset)


def test_a_camera_has_its_own_region_or_that_of_the_dataset_where_the_shape_fits() -> None:
    regions = dataset.fold((CREATED, OF_1, WHOLE)).regions
    whole, of_1 = regions_in_order(regions)
    assert (whole.camera, of_1.camera) == (None, "1")
    size = (1000, 804)  # a camera cut off some rows
    assert [region_of(regions, camera, size) for camera in ("1", "2", None)] == [of_1, whole, whole]
    assert region_of(regions, "1", (80, 100)) is None
    assert region_of({}, "1", size) is None


def test_a_region_without_polygons_of_its_own_leaves_the_one_of_the_dataset() -> None:
    removed = RegionOfInterestSet(width=0, height=0, camera="1")
    regions = dataset.fold((CREATED, WHOLE, OF_1, removed)).regions
    assert regions == {None: RegionOfInterest(100, 80, PART, CLAMP)}


@pytest.mark.parametrize(
    ("polygon", "said"),
    [
        ([[0, 0], [5, 5]], "has 2 corners: give at least 3"),
        ([[n, 0] for n in range(50)] + [[n, 9] for n in range(51)], "has 101 corners: give at most 100"),
        ([[0, 0], [100.5, 0], [0, 9]], "corner at 100.5, 0, outside the picture of 100 × 80 pixels"),
        ([[-1, 0], [50, 0], [0, 9]], "corner at -1, 0, outside"),
        ([[0, 0], [50, 0], [25, 0]], "has no area"),
        ([[0, 0], [50, 50], [50, 0], [0, 50]], "crosses or touches itself"),
        ([[0, 0], [50, 0], [50, 50], [20, 0]], "crosses or touches itself"),
        ([[0, 0], [0, 0], [50, 0], [50, 50]], "crosses or touches itself"),
    ],
    ids=["few", "many", "right", "left", "flat", "crossing", "touching", "twice"],
)
def test_a_polygon_that_makes_no_sense_is_told_what_is_wrong(polygon: list[list[float]], said: str) -> None:
    body = {"width": 100, "height": 80, "include": PART, "ignore": [CLAMP[0], polygon]}
    with pytest.raises(ValidationError) as no:
        SetRegionOfInterest.model_validate(body)
    assert "polygon 2 of ignore" in str(no.value)
    assert said in str(no.value)


BOX = [[20, 20], [60, 20], [60, 60], [20, 60]]
LEFT, RIGHT = [[0, 0], [50, 0], [50, 80], [0, 80]], [[50, 0], [100, 0], [100, 80], [50, 80]]


@pytest.mark.parametrize(
    ("include", "ignore", "is_refused"),
    [
        ([], [LEFT, RIGHT], True),
        ([BOX], [LEFT, RIGHT], True),
        ([BOX], [BOX], True),
        ([BOX, RIGHT], [BOX], False),
        ([BOX], [LEFT], False),
        ([], [LEFT], False),
        ([LEFT], [BOX], False),
    ],
)
def test_ignored_polygons_leave_a_part_of_what_is_included(
    include: list[list[list[float]]], ignore: list[list[list[float]]], is_refused: bool
) -> None:
    body = {"width": 100, "height": 80, "include": include, "ignore": ignore}
    with pytest.raises(ValidationError, match="cover all") if is_refused else nullcontext():
        SetRegionOfInterest.model_validate(body)
