"""Agreement of people in a task: by pairs, against the accepted truth, and by image."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from msgspec import Struct

from kenpin.domain.dataset.agreement_statistics import agreement, cohen_kappa, fleiss_kappa, wilson
from kenpin.domain.ids import ActorId, ImageId, Verdict

Answers = Mapping[ImageId, Mapping[ActorId, Verdict]]
"""image → person → verdict"""


class PairAgreement(Struct, frozen=True):
    """Two people, on the images that both judged."""

    first: ActorId
    second: ActorId
    images: int
    same: int
    kappa: float | None


class Rate(Struct, frozen=True):
    """The rate `part` / `whole` with its two-sided 95 % interval; None when `whole` is 0."""

    part: int
    whole: int
    rate: float | None
    low: float | None
    high: float | None


class PersonAgreement(Struct, frozen=True):
    """One person against the accepted truth. HOLD is neither a miss nor a false alarm."""

    person: ActorId
    images: int
    holds: int
    missed: Rate
    """OK answers among the images that are NG."""
    false_alarms: Rate
    """NG answers among the images that are OK."""


class AgreementFigures(Struct, frozen=True):
    """The figures of one task."""

    fleiss: float | None
    pairs: list[PairAgreement]
    people: list[PersonAgreement]
    order: list[ImageId]
    """The images, least agreement first; images judged by fewer than two people come last."""
    agreement: dict[ImageId, float | None]


def figures(
    images: Sequence[ImageId], answers: Answers, truth: Mapping[ImageId, Verdict]
) -> AgreementFigures:
    """Compute the figures of a task.

    `truth`: the accepted verdicts. Images without one count for agreement, but not for a person's mistakes.
    """
    people = sorted({person for of_image in answers.values() for person in of_image})
    agreed = {id: agreement(list(answers.get(id, {}).values())) for id in images}
    return AgreementFigures(
        fleiss=fleiss_kappa([list(answers.get(id, {}).values()) for id in images]),
        pairs=[_pair(answers, first, second) for first, second in combinations(people, 2)],
        people=[_person(answers, truth, person) for person in people],
        order=sorted(images, key=lambda id: 2.0 if (share := agreed[id]) is None else share),
        agreement=agreed,
    )


def by_image(given: Iterable[tuple[ImageId, ActorId, Verdict]]) -> Answers:
    answers: dict[ImageId, dict[ActorId, Verdict]] = defaultdict(dict)
    for image_id, person, verdict in given:
        answers[image_id][person] = verdict
    return answers


def _pair(answers: Answers, first: ActorId, second: ActorId) -> PairAgreement:
    both = [(a[first], a[second]) for a in answers.values() if first in a and second in a]
    return PairAgreement(first, second, len(both), sum(a == b for a, b in both), cohen_kappa(both))


def _person(answers: Answers, truth: Mapping[ImageId, Verdict], person: ActorId) -> PersonAgreement:
    own = {id: each[person] for id, each in answers.items() if person in each}
    wrong = {"NG": "OK", "OK": "NG"}
    judged = {of: [v for id, v in own.items() if truth.get(id) == of] for of in wrong}
    rates = {of: _rate(sum(v == wrong[of] for v in given), len(given)) for of, given in judged.items()}
    holds = sum(verdict == "HOLD" for verdict in own.values())
    return PersonAgreement(person, len(own), holds, missed=rates["NG"], false_alarms=rates["OK"])


def _rate(part: int, whole: int) -> Rate:
    low, high = wilson(part, whole) or (None, None)
    return Rate(part, whole, part / whole if whole else None, low, high)
