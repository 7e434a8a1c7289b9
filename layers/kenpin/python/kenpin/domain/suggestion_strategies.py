"""Strategies that choose images to judge next, and the name of the policy that takes them in turn."""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from typing import Final, Literal, get_args

from msgspec import Struct
from pydantic_core import PydanticCustomError

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
LEAST_SHARE: Final = 0.01
TOLERANCE: Final = 0.001
"""Shares such as thirds do not sum to 1 exactly."""
TURNS: Final = 100
"""Turns of a mix, after which its shares are exact to a hundredth"""


class SuggestionPolicy(Struct, frozen=True):
    """Strategies that choose images in turn, and the name that suggestions are recorded under."""

    name: str
    turns: tuple[Strategy, ...]


def policy_of(strategies: Sequence[Strategy]) -> str:
    """Return the name that suggestions are recorded under, such as `uncertain+diverse-1`."""
    return "hybrid-1" if tuple(strategies) == HYBRID else f"{'+'.join(strategies)}-1"


def policy_of_mix(shares: Mapping[Strategy, float]) -> SuggestionPolicy:
    """Return the policy of a project's mix; without shares the default.

    Each turn is for the strategy that is farthest behind its share, so that the first turns are mixed, too.
    """
    if not shares:
        return SuggestionPolicy(policy_of(HYBRID), HYBRID)
    turns: list[Strategy] = []
    for turn in range(1, TURNS + 1):
        turns.append(max(shares, key=lambda each: shares[each] * turn - turns.count(each)))
    names = (f"{strategy}:{round(100 * share)}" for strategy, share in shares.items())
    return SuggestionPolicy(f"{'+'.join(names)}-1", tuple(turns))


def check_shares(shares: Mapping[Strategy, float]) -> None:
    """Raise ValueError when there are shares and they do not sum to 1, or one is too small to have a turn."""
    total = sum(shares.values())
    if shares and abs(total - 1) > TOLERANCE:
        text = "the shares of the strategies sum to {total}; they must sum to 1"
        raise PydanticCustomError("shares_not_whole", text, {"total": f"{total:g}"})
    small = [name for name, share in shares.items() if share < LEAST_SHARE]
    if small:
        text = "the share of {strategy} is below {least}; leave the strategy out or raise it"
        raise PydanticCustomError(
            "share_too_small", text, {"strategy": small[0], "least": f"{LEAST_SHARE:g}"}
        )


def encoded(strategies: Sequence[Strategy]) -> str:
    """Return the strategies as the argument of a job."""
    return ",".join(strategies)


def decoded(argument: str) -> tuple[Strategy, ...]:
    """Return the strategies of a job's argument; unknown ones are left out."""
    given = argument.split(",")
    return tuple(name for each in given for name in STRATEGIES if name == each)


def rarest_class(images: Iterable[Collection[str]], retired: Container[str] = ()) -> str | None:
    """Return the class in use that the fewest images show; None where they show fewer than two.

    `images`: the classes that people named on each. `retired`: classes that take no new annotations.
    """
    named = (class_id for classes in images for class_id in set(classes))
    counts = Counter(class_id for class_id in named if class_id not in retired)
    return min(sorted(counts), key=lambda each: counts[each]) if len(counts) > 1 else None
