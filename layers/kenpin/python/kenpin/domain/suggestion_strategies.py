"""Strategies that choose images to judge next, and the name of the policy that takes them in turn."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Final, Literal, get_args

Strategy = Literal[
    "suspected_ng",
    "uncertain",
    "diverse",
    "near_miss",
    "disagreement",
    "unfamiliar",
    "anomaly",
    "rare_class",
]
"""Ways to choose images, told in `docs/guides/suggestions.md`"""

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


def rarest_class(images: Iterable[Collection[str]]) -> str | None:
    """Return the class that the fewest images show; None where they show fewer than two.

    `images`: the classes that people named on each.
    """
    counts = Counter(class_id for classes in images for class_id in set(classes))
    return min(sorted(counts), key=lambda each: counts[each]) if len(counts) > 1 else None
