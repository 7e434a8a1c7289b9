"""The time zone of a project's site: a known name, with a reason."""

import pytest
from pydantic import ValidationError

from kenpin.domain.project.commands import SetTimeZone
from kenpin.domain.project.decider import project
from kenpin.domain.project.events import ProjectCreated, TimeZoneSet
from tests.domain.specification import Specification


def test_a_time_zone_is_set_and_set_again_when_it_changes() -> None:
    bakery = Specification(project).given(ProjectCreated(project_id="bakery", name="Bakery"))
    berlin = TimeZoneSet(zone="Europe/Berlin", reason="the line moved")
    ask = SetTimeZone(zone="Europe/Berlin", reason="the line moved")
    bakery.when(ask).then(berlin)
    bakery.given(berlin).when(ask).then_nothing()
    bakery.given(berlin).when(SetTimeZone(zone="Asia/Tokyo", reason="back")).then(
        TimeZoneSet(zone="Asia/Tokyo", reason="back")
    )


def test_a_time_zone_has_a_known_name() -> None:
    with pytest.raises(ValidationError, match="is no time zone"):
        SetTimeZone(zone="Osaka", reason="the line moved")
