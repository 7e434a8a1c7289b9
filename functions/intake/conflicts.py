"""Find events whose id their source gave to another event before."""

from collections.abc import Mapping

from functions.intake.trigger import Trigger
from functions.runtime.event import Json
from kenpin.application.arrivals import ArrivalOutcome, FieldDifference
from kenpin.application.ownership import project_of
from kenpin.bootstrap import platform
from kenpin.domain.dataset.refusals import NoSuchDataset
from kenpin.read_models.intake.event_ids import EventId, keep_first


def conflicts(triggers: Mapping[str, Trigger]) -> dict[str, ArrivalOutcome]:
    """Return the rejections of events, by place, whose id stands for other data. Keep the ids that are new.

    All of them name one dataset. Raises Unavailable.
    """
    dataset_id = next(iter(triggers.values())).data.dataset_id
    try:
        project_id = project_of(platform(), dataset_id)
    except NoSuchDataset:
        return {}  # the registration refuses them
    with platform().database.transaction() as sql:
        rows = keep_first(sql, project_id, dataset_id, [_event_id(each) for each in triggers.values()])
    first = {(row["source"], row["event_id"]): row["data"] for row in rows}
    return {
        place: _conflict(differences)
        for place, each in triggers.items()
        if (differences := differences_of(first[each.source, each.id], _data_of(each)))
    }


def _event_id(trigger: Trigger) -> EventId:
    return EventId(trigger.source, trigger.id, trigger.data.digest, _data_of(trigger))


def _data_of(trigger: Trigger) -> Json:
    """Return the data of an event; fields that it leaves empty are left out."""
    return trigger.data.model_dump(mode="json", exclude_defaults=True)


def differences_of(first: Json, now: Json) -> tuple[FieldDifference, ...]:
    """Return the fields in which the data of two events differ; those of the capture by their own names."""
    before, after = _fields(first), _fields(now)
    return tuple(
        FieldDifference(name, before.get(name), after.get(name))
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    )


def _fields(data: Json) -> dict[str, str]:
    fields = {**data.get("capture", {}), **{name: data[name] for name in data.keys() - {"capture"}}}
    return {name: str(value) for name, value in sorted(fields.items())}


def _conflict(differences: tuple[FieldDifference, ...]) -> ArrivalOutcome:
    fields = ", ".join(each.field for each in differences)
    return ArrivalOutcome(
        "rejected",
        f"the source has given this id to another event, which differs in {fields}; send this one under a new id",
        differences,
    )
