"""What the answers of an agreement task come to: pairs, people against the accepted truth, and images to talk about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from msgspec import Struct

from kenpin.domain.agreement import agreement, cohen_kappa, fleiss_kappa, wilson
from kenpin.domain.ids import ActorId, ImageId, Verdict

Said = Mapping[ImageId, Mapping[ActorId, Verdict]]
"""image → person → what they answered"""


class Pair(Struct, frozen=True):
    """Two people, on the images that both judged."""

    first: ActorId
    second: ActorId
    images: int
    same: int
    kappa: float | None


class Rate(Struct, frozen=True):
    """`part` of `whole`, and where the true rate lies (two-sided 95 %); None of nothing."""

    part: int
    whole: int
    rate: float | None
    low: float | None
    high: float | None


class Person(Struct, frozen=True):
    """One person against the accepted truth. Holding is neither a miss nor a false alarm: somebody looks again."""

    person: ActorId
    images: int
    holds: int
    missed: Rate
    """Said OK of those that are NG."""
    false_alarms: Rate
    """Said NG of those that are OK."""


class Figures(Struct, frozen=True):
    fleiss: float | None
    pairs: list[Pair]
    people: list[Person]
    order: list[ImageId]
    """The images, those first on which people agree least; those judged by fewer than two come last."""
    agreement: dict[ImageId, float | None]


def figures(images: Sequence[ImageId], said: Said, truth: Mapping[ImageId, Verdict]) -> Figures:
    """`truth` holds what is accepted: images without it count for agreement, not for anybody's mistakes."""
    people = sorted({person for answers in said.values() for person in answers})
    agreed = {id: agreement(list(said.get(id, {}).values())) for id in images}
    return Figures(
        fleiss=fleiss_kappa([list(said.get(id, {}).values()) for id in images]),
        pairs=[_pair(said, first, second) for first, second in combinations(people, 2)],
        people=[_person(said, truth, person) for person in people],
        order=sorted(images, key=lambda id: 2.0 if (share := agreed[id]) is None else share),
        agreement=agreed,
    )


def by_image(answers: Iterable[tuple[ImageId, ActorId, Verdict]]) -> Said:
    said: dict[ImageId, dict[ActorId, Verdict]] = defaultdict(dict)
    for image_id, person, verdict in answers:
        said[image_id][person] = verdict
    return said


def _pair(said: Said, first: ActorId, second: ActorId) -> Pair:
    both = [(a[first], a[second]) for a in said.values() if first in a and second in a]
    return Pair(first, second, len(both), sum(a == b for a, b in both), cohen_kappa(both))


def _person(said: Said, truth: Mapping[ImageId, Verdict], person: ActorId) -> Person:
    answers = {id: each[person] for id, each in said.items() if person in each}
    wrong = {"NG": "OK", "OK": "NG"}
    judged = {of: [v for id, v in answers.items() if truth.get(id) == of] for of in wrong}
    rates = {of: _rate(sum(v == wrong[of] for v in given), len(given)) for of, given in judged.items()}
    holds = sum(verdict == "HOLD" for verdict in answers.values())
    return Person(person, len(answers), holds, missed=rates["NG"], false_alarms=rates["OK"])


def _rate(part: int, whole: int) -> Rate:
    low, high = wilson(part, whole) or (None, None)
    return Rate(part, whole, part / whole if whole else None, low, high)
