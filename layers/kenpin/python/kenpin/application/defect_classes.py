"""Defect classes of a project as an import needs them: by name, also those that were defined a moment ago."""

from msgspec import Struct

from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.ids import ProjectId, stream_of
from kenpin.ports import Unavailable
from kenpin.projections.catalogue import wait_for
from kenpin.read_models.projects import queries as projects


class KnownClass(Struct, frozen=True):
    """A defect class of the label book, in use or retired."""

    class_id: str
    name: str
    name_ja: str
    retired: str | None


def known_classes(platform: PlatformParts, project_id: ProjectId) -> list[KnownClass]:
    """Return the classes of the project. Raises Unavailable when the rows are still behind after 2 s."""
    stream = stream_of("project", project_id)
    if not wait_for(platform.database, ("projects",), stream, platform.events.head(stream).version):
        raise Unavailable(f"the rows of {stream} are behind its history; try again soon")
    with platform.database.reading() as sql:
        row = projects.one(sql, project_id)
    found = row["defect_classes"] if row else []
    return [KnownClass(each["class_id"], each["name"], each["name_ja"], each["retired"]) for each in found]
