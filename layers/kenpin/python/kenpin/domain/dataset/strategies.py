"""Strategies that choose images to judge next, and the name of the policy that takes them in turn."""

from collections.abc import Sequence
from typing import Final, Literal, get_args

Strategy = Literal["suspected_ng", "uncertain", "diverse", "near_miss"]
"""Highest score; nearest to the threshold; farthest from all that is judged or picked; nearest to a known miss."""

STRATEGIES: Final[tuple[Strategy, ...]] = get_args(Strategy)
HYBRID: Final[tuple[Strategy, ...]] = ("suspected_ng", "uncertain", "diverse")
MOST_TURNS: Final = 8


def policy_of(strategies: Sequence[Strategy]) -> str:
    """Return the name that suggestions are recorded under, such as `uncertain+diverse-1`."""
    return "hybrid-1" if tuple(strategies) == HYBRID else f"{'+'.join(strategies)}-1"


def encoded(strategies: Sequence[Strategy]) -> str:
    """Return the strategies as the argument of a job."""
    return ",".join(strategies)


def decoded(argument: str) -> tuple[Strategy, ...]:
    """Return the strategies of a job's argument; unknown ones are left out, and hybrid stands for none."""
    given = argument.split(",")
    return tuple(name for each in given for name in STRATEGIES if name == each) or HYBRID
