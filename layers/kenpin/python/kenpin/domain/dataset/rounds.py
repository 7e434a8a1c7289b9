"""Rounds of judging: the work of people between two runs on a dataset, by the policy that chose the images. Pure."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from kenpin.domain.dataset.events import AnnotationSubmitted, CandidatesSuggested
from kenpin.domain.event import Event
from kenpin.domain.ids import ImageId, RunId, SuggestionId

CONTROL = "control"
"""Stands for the random controls of all policies"""


class RoundEnd(Struct, frozen=True):
    """A run that ends a round and begins the next."""

    run_id: RunId
    version: int
    """The version of the dataset that it learnt from"""


class PolicyWork(Struct):
    """Judgements of images that one policy chose; `policy` is empty where people chose them."""

    policy: str
    judged: int = 0
    ng: int = 0
    timed: int = 0
    """Judgements whose time is known"""
    seconds: float = 0.0
    """Of those"""


class JudgingRound(Struct, frozen=True):
    """The work between two runs."""

    old_run: RunId
    new_run: RunId
    work: tuple[PolicyWork, ...]
    """In the order of the policies' names"""


def rounds_of(ends: Sequence[RoundEnd], events: Iterable[tuple[int, Event]]) -> list[JudgingRound]:
    """Return the rounds between the runs, which are in the order of their versions.

    `events`: those of the dataset after the first run's version, with their versions.
    """
    work: list[dict[str, PolicyWork]] = [{} for _ in ends[1:]]
    suggestions: dict[SuggestionId, tuple[str, frozenset[ImageId]]] = {}
    place = 0
    for version, event in events:
        while place < len(work) and version > ends[place + 1].version:
            place += 1
        if place == len(work):
            break
        if isinstance(event, CandidatesSuggested):
            controls = frozenset(each.image_id for each in event.candidates if each.control)
            suggestions[event.suggestion_id] = event.policy, controls
        elif isinstance(event, AnnotationSubmitted):
            _count(work[place], event, suggestions)
    return [
        JudgingRound(old.run_id, new.run_id, tuple(done[name] for name in sorted(done)))
        for old, new, done in zip(ends, ends[1:], work, strict=False)
    ]


def _count(
    work: dict[str, PolicyWork],
    event: AnnotationSubmitted,
    suggestions: dict[SuggestionId, tuple[str, frozenset[ImageId]]],
) -> None:
    policy, controls = suggestions.get(event.suggestion_id or "", ("", frozenset()))
    name = CONTROL if event.image_id in controls else policy
    done = work.setdefault(name, PolicyWork(name))
    done.judged += 1
    done.ng += event.verdict == "NG"
    if event.seconds_spent is not None:
        done.timed += 1
        done.seconds += event.seconds_spent
