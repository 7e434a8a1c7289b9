"""Camera scales: set with a reason, once for each value, and removed."""

import pytest
from pydantic import ValidationError

from kenpin.domain.dataset.commands import RemoveScale, SetScale
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import ScaleRemoved, ScaleSet
from kenpin.domain.dataset.refusals import NoSuchDataset
from tests.domain.facts import CREATED
from tests.domain.specification import Specification

spec = Specification(dataset)
ASK = SetScale(mm_per_pixel=0.05, camera="1", reason="a ruler")
SET = ScaleSet(mm_per_pixel=0.05, camera="1", reason="a ruler")


def test_a_scale_is_set_once_for_a_camera_and_can_be_changed() -> None:
    spec.given(CREATED).when(ASK).then(SET)
    spec.given(CREATED, SET).when(ASK).then_nothing()
    other = ScaleSet(mm_per_pixel=0.05, reason="all have the same lens")
    spec.given(CREATED, SET).when(SetScale(mm_per_pixel=0.05, reason=other.reason)).then(other)
    spec.when(ASK).then_refused(NoSuchDataset)


def test_the_scale_of_a_camera_is_removed_once_and_can_be_set_again() -> None:
    ask = RemoveScale(camera="1", reason="another lens")
    removed = ScaleRemoved(camera="1", reason="another lens")
    spec.given(CREATED, SET).when(ask).then(removed)
    spec.given(CREATED, SET, removed).when(ask).then_nothing()
    spec.given(CREATED, SET, removed).when(ASK).then(SET)
    spec.given(CREATED, SET).when(RemoveScale(reason="another lens")).then_nothing()


@pytest.mark.parametrize(
    ("changed", "field"), [({"mm_per_pixel": 0}, "mm_per_pixel"), ({"reason": ""}, "reason")]
)
def test_a_scale_is_positive_and_has_a_reason(changed: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        SetScale.model_validate(ASK.model_dump() | changed)
