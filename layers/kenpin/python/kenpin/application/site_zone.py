"""The time zone of a project's site, in which days are counted."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.capture_time import lacks_zone, with_zone
from kenpin.domain.dataset.values import Capture
from kenpin.domain.run.refusals import NotADate
from kenpin.domain.time_zone import Span, day_span
from kenpin.projections.database import Sql
from kenpin.read_models.datasets import queries as datasets
from kenpin.read_models.projects import queries as projects


def site_zone(platform: PlatformParts, sql: Sql, project_id: str) -> ZoneInfo:
    """Return the zone of the project; without one it is that of the installation."""
    return ZoneInfo(projects.time_zone(sql, project_id) or platform.settings.time_zone)


def dataset_zone(platform: PlatformParts, sql: Sql, dataset_id: str) -> ZoneInfo:
    """Return the zone of the dataset's project."""
    return site_zone(platform, sql, datasets.project_of(sql, dataset_id) or "")


def with_site_zone(platform: PlatformParts, project_id: str, captures: Iterable[Capture]) -> list[Capture]:
    """Return capture conditions as they come in; a time that names no zone is of the project's site."""
    known = list(captures)
    if not any(lacks_zone(capture.captured_at) for capture in known):
        return known
    with platform.database.reading() as sql:
        zone = site_zone(platform, sql, project_id)
    return [with_zone(capture, zone) for capture in known]


def site_day(platform: PlatformParts, sql: Sql, dataset_id: str, day: str | None) -> Span | None:
    """Return the moments between which the dataset's site has this day. Raises NotADate."""
    if day is None:
        return None
    try:
        return day_span(day, dataset_zone(platform, sql, dataset_id))
    except ValueError:
        raise NotADate("day", day) from None
