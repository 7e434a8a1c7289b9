"""Automatic inspections: the models in production inspect the images that arrived."""

from contextlib import suppress
from datetime import datetime

from kenpin.application.execute import SYSTEM
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.decider import Refusal
from kenpin.domain.event import Context
from kenpin.domain.ids import derived_id
from kenpin.domain.model.arrivals import MOST_ARRIVALS, is_due
from kenpin.domain.model.commands import RequestInspection
from kenpin.domain.model.decider import model
from kenpin.read_models.models.arrivals import Arrivals, arrivals


def inspect_arrivals(platform: PlatformParts, now: datetime) -> int:
    """Ask for an inspection of each dataset that is due; return the number of datasets with images that wait."""
    with platform.database.reading() as sql:
        waiting = list(arrivals(sql, MOST_ARRIVALS))
    for found in waiting:
        last = found.last
        if last is None or is_due(last["state"], last["requested_at"], now):
            _request(platform, found)
    return len(waiting)


def _request(platform: PlatformParts, found: Arrivals) -> None:
    """Ask with an id that follows from the last inspection, so that two sweeps at once ask for the same."""
    last = found.last["inspection_id"] if found.last else ""
    command = RequestInspection(
        inspection_id=derived_id("arrivals", found.model_id, last), after=found.after, upto=found.upto
    )
    with suppress(Refusal):  # the model was retired in the meantime
        platform.commands.execute(model, found.model_id, command, by=Context(actor=SYSTEM))
