"""Names of policies, strategies as the argument of a job, and the mix of a project."""

import pytest

from kenpin.domain.project.commands import SetSuggestionMix
from kenpin.domain.project.decider import project
from kenpin.domain.project.events import ProjectCreated, SuggestionMixSet
from kenpin.domain.suggestion_strategies import (
    HYBRID,
    MOST_TURNS,
    STRATEGIES,
    Strategy,
    SuggestionPolicy,
    check_shares,
    decoded,
    encoded,
    policy_of,
    policy_of_mix,
    rarest_class,
)
from tests.domain.specification import Specification


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
    assert decoded("") == decoded("entropy") == ()


def test_a_mix_has_its_shares_in_the_first_turns_and_in_all() -> None:
    policy = policy_of_mix({"uncertain": 0.5, "diverse": 0.3, "near_miss": 0.2})
    assert policy.name == "uncertain:50+diverse:30+near_miss:20-1"
    for turns in (policy.turns[:10], policy.turns):
        shares = [turns.count(each) / len(turns) for each in ("uncertain", "diverse", "near_miss")]
        assert shares == [0.5, 0.3, 0.2]


def test_no_mix_is_the_default() -> None:
    assert policy_of_mix({}) == SuggestionPolicy("hybrid-1", HYBRID)


def test_the_name_of_the_longest_mix_fits_the_command() -> None:
    assert len(policy_of_mix(dict.fromkeys(STRATEGIES, 1 / len(STRATEGIES))).name) <= 120


@pytest.mark.parametrize(
    ("shares", "wrong"),
    [
        ({"uncertain": 0.5}, "sum to 0.5; they must sum to 1"),
        ({"uncertain": 0.6, "diverse": 0.5}, "sum to 1.1"),
        ({"uncertain": 1.0, "diverse": 0.0}, "the share of diverse is below 0.01"),
        ({"uncertain": 1.5, "diverse": -0.5}, "the share of diverse is below"),
    ],
)
def test_shares_that_do_not_sum_to_1_are_refused(shares: dict[Strategy, float], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        check_shares(shares)


def test_thirds_sum_to_1() -> None:
    check_shares({"uncertain": 0.333, "diverse": 0.333, "near_miss": 0.333})


def test_a_mix_replaces_the_one_before_and_the_same_adds_nothing() -> None:
    spec, created = Specification(project), ProjectCreated(project_id="bakery", name="Bakery")
    command = SetSuggestionMix(shares={"uncertain": 1}, reason="few labels")
    fact = SuggestionMixSet(shares={"uncertain": 1}, reason="few labels")
    spec.given(created).when(command).then(fact)
    spec.given(created, fact).when(command).then_nothing()
    spec.given(created, fact).when(SetSuggestionMix(shares={})).then(SuggestionMixSet(shares={}))
    spec.given(created).when(SetSuggestionMix(shares={})).then_nothing()


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


def test_a_retired_class_is_not_the_rarest() -> None:
    images = [("scratch",), ("scratch",), ("stain",), ("stain",), ("stain",), ("dent",)]
    assert rarest_class(images, retired={"dent"}) == "scratch"
    assert rarest_class(images, retired={"dent", "stain"}) is None
