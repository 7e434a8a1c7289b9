"""Register the images of factory events, which come by HTTP or by queue."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from typing import Final

from msgspec import Struct, to_builtins

from functions.intake.conflicts import conflicts
from functions.intake.trigger import TEXT, MalformedEvent, Trigger, trigger_in
from kenpin.application.arrivals import (
    Arrival,
    ArrivalOutcome,
    FieldDifference,
    outcome_of_test,
    register,
)
from kenpin.application.site_zone import dataset_zone
from kenpin.bootstrap import platform
from kenpin.domain.command import NUL
from kenpin.domain.dataset.capture_time import captured_time, lacks_zone, with_zone
from kenpin.domain.decider import Refusal
from kenpin.domain.event import Context
from kenpin.domain.ids import derived_id
from kenpin.importing.times import time_problem
from kenpin.projections.database import Sql
from kenpin.read_models.intake import cameras
from kenpin.read_models.intake import notes as intake

MOST_AT_ONCE: Final = 200
SPLIT_RULE: Final = "given by the line"


class IncomingEvent(Struct, frozen=True):
    """An event in a batch."""

    place: str
    """Its name in the batch"""
    trigger: Trigger
    message: object
    """The original, so that it can be tried again"""


def by_dataset(arrived: Iterable[IncomingEvent]) -> list[list[IncomingEvent]]:
    """Group events by dataset, in batches that one call may register."""
    groups: dict[str, list[IncomingEvent]] = {}
    for one in arrived:
        groups.setdefault(one.trigger.data.dataset_id, []).append(one)
    return [
        group[n : n + MOST_AT_ONCE] for group in groups.values() for n in range(0, len(group), MOST_AT_ONCE)
    ]


def register_events(group: Sequence[IncomingEvent], by: Context) -> dict[str, ArrivalOutcome]:
    """Register the images of one dataset; return the outcome of each place. Repeats change nothing.

    Test events register nothing. An event whose time is none, or whose id stands for another one, is rejected.
    When a rule refuses the batch, each event is tried alone. Raises Unavailable; then send all of them again.
    """
    rejected = _rejected_times(group)
    tests = [one for one in group if one.trigger.kenpintest and one.place not in rejected]
    images = [one for one in group if not one.trigger.kenpintest and one.place not in rejected]
    rejected |= conflicts({one.place: one.trigger for one in images}) if images else {}
    ours = [one for one in images if one.place not in rejected]
    return _tested(tests) | rejected | (_images_registered(ours, by) if ours else {})


def _rejected_times(group: Sequence[IncomingEvent]) -> dict[str, ArrivalOutcome]:
    """Return the rejections of events whose time of capture is none."""
    reasons = ((one.place, time_problem(one.trigger.data.capture.captured_at)) for one in group)
    return {place: ArrivalOutcome("rejected", f"captured_at: {why}") for place, why in reasons if why}


def _tested(tests: Sequence[IncomingEvent]) -> dict[str, ArrivalOutcome]:
    if not tests:
        return {}
    outcome = outcome_of_test(platform(), tests[0].trigger.data.dataset_id)
    return {one.place: outcome for one in tests}


def _images_registered(group: Sequence[IncomingEvent], by: Context) -> dict[str, ArrivalOutcome]:
    try:
        return _registered(group, by)
    except Refusal as refusal:
        if len(group) == 1:
            return {group[0].place: ArrivalOutcome("rejected", str(refusal))}
    return {place: outcome for one in group for place, outcome in _images_registered([one], by).items()}


def _registered(group: Sequence[IncomingEvent], by: Context) -> dict[str, ArrivalOutcome]:
    dataset_id = group[0].trigger.data.dataset_id
    images = [one.trigger.data for one in group]
    arrivals = [Arrival(i.digest, i.name, i.capture, i.split, i.group) for i in images]
    outcome = register(platform(), dataset_id, arrivals, SPLIT_RULE, by=by)
    items = {item.digest: item for item in outcome.items}
    found = ((one.place, items[one.trigger.data.digest]) for one in group)
    return {
        place: ArrivalOutcome("later" if item.retry_later else item.outcome, item.detail)
        for place, item in found
    }


def register_again(message: object, by: Context) -> ArrivalOutcome:
    """Register one message on its own. Raises Unavailable."""
    try:
        one = IncomingEvent("", trigger_in(message), message)
    except MalformedEvent as reason:
        record_malformed(message, str(reason), by)
        return ArrivalOutcome("rejected", str(reason))
    outcomes_by_place = register_events([one], by)
    record_outcomes([one], outcomes_by_place, by)
    return outcomes_by_place[""]


def record_outcomes(
    arrived: Sequence[IncomingEvent], outcomes_by_place: Mapping[str, ArrivalOutcome], by: Context
) -> None:
    """Record when each source was heard, the images of each camera, and rejected events.

    Events that may succeed later are left out.
    """
    final = [
        (one, outcomes_by_place[one.place])
        for one in arrived
        if outcomes_by_place[one.place].outcome != "later"
    ]
    outcomes: dict[str, Counter[str]] = {}
    datasets: dict[str, set[str]] = {}
    for one, outcome in final:
        outcomes.setdefault(one.trigger.source, Counter())[outcome.outcome] += 1
        datasets.setdefault(one.trigger.source, set()).add(one.trigger.data.dataset_id)
    with platform().database.transaction() as sql:
        for source, counted in sorted(outcomes.items()):
            intake.heard(sql, source, counted, datasets[source])
        cameras.count(sql, _arrived_images(sql, final), datetime.now(UTC))
        for one, outcome in final:
            if outcome.outcome == "rejected":
                intake.reject(sql, _rejected_arrival(one.message, by, outcome.detail, outcome.differences))
    for counted in outcomes.values():
        platform().metrics.add("IntakeRegistered", counted["registered"])
        platform().metrics.add("IntakeRejected", counted["rejected"])


def _arrived_images(
    sql: Sql, final: Iterable[tuple[IncomingEvent, ArrivalOutcome]]
) -> Iterator[cameras.ArrivedImage]:
    """Yield the images that were registered, each once."""
    data = (one.trigger.data for one, outcome in final if outcome.outcome == "registered")
    zone_of = cache(partial(dataset_zone, platform(), sql))
    for each in {(each.dataset_id, each.digest): each for each in data}.values():
        capture = each.capture
        if lacks_zone(capture.captured_at):
            capture = with_zone(capture, zone_of(each.dataset_id))
        yield cameras.ArrivedImage(
            each.dataset_id, capture.line or "", capture.camera or "", captured_time(capture.captured_at)
        )


def record_malformed(message: object, reason: str, by: Context) -> None:
    with platform().database.transaction() as sql:
        intake.reject(sql, _rejected_arrival(message, by, reason))
    platform().metrics.add("IntakeRejected")


def _rejected_arrival(
    message: object, by: Context, reason: str, differences: tuple[FieldDifference, ...] = ()
) -> intake.Rejected:
    """Return the rejected arrival of a message; the same event always gets the same id, by HTTP, queue or bus."""
    text = json.dumps(message, sort_keys=True)
    if NUL.search(text):
        return _rejected_arrival({TEXT: text}, by, reason, differences)
    event = message if isinstance(message, dict) else {}
    attributes = event["detail"] if isinstance(event.get("detail"), dict) else event
    name = derived_id(json.dumps(attributes or message, sort_keys=True), length=16)
    source, id = (str(attributes.get(field) or event.get(field) or "")[:400] for field in ("source", "id"))
    return intake.Rejected(
        name, source, id, by.actor, reason.replace("\0", "�"), message, to_builtins(differences)
    )
