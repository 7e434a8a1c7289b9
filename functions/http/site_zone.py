"""The time zone of a project's site, in which days are counted."""

from zoneinfo import ZoneInfo

from kenpin.bootstrap import platform
from kenpin.projections.database import Sql
from kenpin.read_models.projects import queries as projects


def site_zone(sql: Sql, project_id: str) -> ZoneInfo:
    """Return the zone of the project; without one it is that of the installation."""
    return ZoneInfo(projects.time_zone(sql, project_id) or platform().settings.time_zone)
