"""Names of policies, and strategies as the argument of a job."""

import pytest

from kenpin.domain.suggestion_strategies import (
    HYBRID,
    MOST_TURNS,
    STRATEGIES,
    decoded,
    encoded,
    policy_of,
    rarest_class,
)


def test_the_default_keeps_the_name_it_was_recorded_under() -> None:
    assert policy_of(HYBRID) == "hybrid-1"
    assert policy_of(("uncertain", "diverse")) == "uncertain+diverse-1"


def test_the_longest_name_fits_the_command() -> None:
    assert len(policy_of([max(STRATEGIES, key=len)] * MOST_TURNS)) <= 120


def test_strategies_come_back_from_a_job() -> None:
    assert decoded(encoded(("uncertain", "near_miss", "uncertain"))) == (
        "uncertain",
        "near_miss",
        "uncertain",
    )
    assert decoded("") == HYBRID


@pytest.mark.parametrize(
    ("images", "rarest"),
    [
        ([], None),
        ([("scratch",), ("scratch",)], None),
        ([("scratch",), ("scratch", "stain"), ()], "stain"),
        ([("stain", "stain"), ("scratch",), ("scratch",)], "stain"),
        ([("stain",), ("scratch",)], "scratch"),
    ],
)
def test_the_rarest_class_is_shown_by_the_fewest_images(
    images: list[tuple[str, ...]], rarest: str | None
) -> None:
    assert rarest_class(images) == rarest
