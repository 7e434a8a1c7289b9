"""Find events whose id their source gave to another event before."""

from collections.abc import Mapping

from functions.intake.trigger import ImageCaptured, Trigger
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
    first = {(row["source"], row["event_id"]): ImageCaptured.model_validate(row["data"]) for row in rows}
    return {
        place: _conflict(differences)
        for place, each in triggers.items()
        if (differences := differences_of(first[each.source, each.id], each.data))
    }


def _event_id(trigger: Trigger) -> EventId:
    data = trigger.data.model_dump(mode="json", exclude_defaults=True)
    return EventId(trigger.source, trigger.id, trigger.data.digest, data)


def differences_of(first: ImageCaptured, now: ImageCaptured) -> tuple[FieldDifference, ...]:
    """Return the fields in which the data of two events differ; those of the capture by their own names."""
    before, after = _fields(first), _fields(now)
    return tuple(
        FieldDifference(name, before[name], after[name]) for name in before if before[name] != after[name]
    )


def _fields(data: ImageCaptured) -> dict[str, str | None]:
    dumped = data.model_dump(mode="json")
    fields = {**dumped.pop("capture"), **dumped}
    return {name: None if value is None else str(value) for name, value in fields.items()}


def _conflict(differences: tuple[FieldDifference, ...]) -> ArrivalOutcome:
    fields = ", ".join(each.field for each in differences)
    return ArrivalOutcome(
        "rejected",
        f"the source has given this id to another event, which differs in {fields}; send this one under a new id",
        differences,
    )
