"""The one way into a dataset for what factories send, by HTTP and by queue alike."""

import hashlib
import json
from base64 import b32encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from functions.intake.trigger import TEXT, Malformed, Trigger, trigger_in
from kenpin.application.arrivals import Arrival, register
from kenpin.bootstrap import platform
from kenpin.domain.command import NUL
from kenpin.domain.decider import Refusal
from kenpin.domain.event import Context
from kenpin.read_models.intake import projection as intake

MOST_AT_ONCE: Final = 200
SPLIT_RULE: Final = "given by the line"


class Arrived(Struct, frozen=True):
    """An event in a batch."""

    place: str
    """Its name in the batch."""
    trigger: Trigger
    message: object
    """As it came, so that it can be tried again."""


class Fate(Struct, frozen=True):
    """What became of it. `later`: its bytes have not arrived, and may yet."""

    outcome: Literal["registered", "known", "rejected", "later"]
    detail: str = ""


def by_dataset(arrived: Iterable[Arrived]) -> list[list[Arrived]]:
    """In batches that a dataset can take in at once."""
    groups: dict[str, list[Arrived]] = {}
    for one in arrived:
        groups.setdefault(one.trigger.data.dataset_id, []).append(one)
    return [
        group[n : n + MOST_AT_ONCE] for group in groups.values() for n in range(0, len(group), MOST_AT_ONCE)
    ]


def take(group: Sequence[Arrived], by: Context) -> dict[str, Fate]:
    """Register the images of one dataset, in any order and however often they come; place → fate.

    A rule that says no to one of them is asked about each alone. Raises Unavailable; then send all of them again.
    """
    try:
        return _registered(group, by)
    except Refusal as refusal:
        if len(group) == 1:
            return {group[0].place: Fate("rejected", str(refusal))}
    return {place: fate for one in group for place, fate in take([one], by).items()}


def _registered(group: Sequence[Arrived], by: Context) -> dict[str, Fate]:
    dataset_id = group[0].trigger.data.dataset_id
    images = [one.trigger.data for one in group]
    arrivals = [Arrival(image.digest, image.name, image.capture, image.split) for image in images]
    outcome = register(platform(), dataset_id, arrivals, SPLIT_RULE, by=by)
    items = {item.digest: item for item in outcome.items}
    found = ((one.place, items[one.trigger.data.digest]) for one in group)
    return {place: Fate("later" if item.may_come else item.outcome, item.detail) for place, item in found}


def take_again(message: object, by: Context) -> Fate:
    """One message, on its own and in its own time. Raises Unavailable."""
    try:
        one = Arrived("", trigger_in(message), message)
    except Malformed as reason:
        note_malformed(message, str(reason), by)
        return Fate("rejected", str(reason))
    fates = take([one], by)
    note([one], fates, by)
    return fates[""]


def note(arrived: Sequence[Arrived], fates: Mapping[str, Fate], by: Context) -> None:
    """Remember when each source was heard, and what was turned away. What may come later is told when it has."""
    settled = [(one, fates[one.place]) for one in arrived if fates[one.place].outcome != "later"]
    outcomes: dict[str, Counter[str]] = {}
    datasets: dict[str, set[str]] = {}
    for one, fate in settled:
        outcomes.setdefault(one.trigger.source, Counter())[fate.outcome] += 1
        datasets.setdefault(one.trigger.source, set()).add(one.trigger.data.dataset_id)
    with platform().database.transaction() as sql:
        for source, counted in sorted(outcomes.items()):
            intake.heard(sql, source, counted, datasets[source])
        for one, fate in settled:
            if fate.outcome == "rejected":
                intake.reject(sql, _kept(one.message, by, fate.detail))
    for counted in outcomes.values():
        platform().metrics.add("IntakeRegistered", counted["registered"])
        platform().metrics.add("IntakeRejected", counted["rejected"])


def note_malformed(message: object, reason: str, by: Context) -> None:
    with platform().database.transaction() as sql:
        intake.reject(sql, _kept(message, by, reason))
    platform().metrics.add("IntakeRejected")


def _kept(message: object, by: Context, reason: str) -> intake.Rejected:
    """The same message is the same arrival, however often it comes."""
    text = json.dumps(message, sort_keys=True)
    if NUL.search(text):
        return _kept({TEXT: text}, by, reason)
    name = b32encode(hashlib.sha256(text.encode()).digest()).decode().lower()[:16]
    event = message if isinstance(message, dict) else {}
    told = event["detail"] if isinstance(event.get("detail"), dict) else event
    source, id = (str(told.get(field) or event.get(field) or "")[:400] for field in ("source", "id"))
    return intake.Rejected(name, source, id, by.actor, reason.replace("\0", "�"), message)
