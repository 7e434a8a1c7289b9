"""The part that breaks first under the load of one dataset, and the parameter that moves it."""

import pytest

from bench.capacity import Bound, DatasetLoad, bounds, most_images_s
from bench.idle import StageName

INTAKE = "intake: calls of `deliveries`"
NEW_ACCOUNT = "functions in a new account"


def broken(stage: StageName) -> list[str]:
    return [bound.name for bound in bounds(stage) if bound.share > 1]


def named(found: list[Bound], name: str) -> Bound:
    return next(bound for bound in found if bound.name == name)


def test_the_intake_of_dev_breaks_first_and_in_prod_only_a_new_account_is_too_small() -> None:
    assert broken("dev") == [INTAKE, NEW_ACCOUNT]
    assert broken("prod") == [NEW_ACCOUNT]


@pytest.mark.parametrize("part", [INTAKE, "head of the dataset", "projector of the shard"])
def test_a_part_is_full_at_the_load_that_the_page_names(part: str) -> None:
    most = most_images_s("prod", part)
    assert named(bounds("prod", DatasetLoad(images_s=most)), part).share == pytest.approx(1)
    assert named(bounds("prod", DatasetLoad(images_s=2 * most)), part).share > 1


def test_the_fullest_part_comes_first() -> None:
    shares = [bound.share for bound in bounds("prod")]
    assert shares == sorted(shares, reverse=True)


def test_every_part_needs_more_for_more_images_and_people() -> None:
    little, much = bounds("prod", DatasetLoad(10, 5)), bounds("prod", DatasetLoad(1_000, 500))
    assert all(named(much, bound.name).needed > bound.needed for bound in little)
