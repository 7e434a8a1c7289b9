"""`as_of`: turn a version, a tag or a time into a version of the stream before any row is read."""

from datetime import UTC, datetime
from typing import Annotated, NoReturn, cast

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.http.errors import NoSuchTime, NotATime, Thing
from functions.http.paging import found, rows
from kenpin.bootstrap import platform
from kenpin.domain.ids import category_of, id_of
from kenpin.projections.catalogue import wait_for
from kenpin.projections.database import Sql
from kenpin.projections.projection import checkpoint
from kenpin.read_models.datasets import queries as datasets
from kenpin.read_models.history import queries as changes

LONGEST_VERSION = 18
AsOf = Annotated[
    str | None,
    Query(
        max_length=64, description="As things stood at a version, a tag (of a dataset) or an ISO 8601 time."
    ),
]
AsOfTime = Annotated[
    str | None, Query(max_length=64, description="As things stood at an ISO 8601 time; without a zone, UTC.")
]


def version_as_of(stream: str, as_of: str | None, projection: str) -> int | None:
    """Return the version that `as_of` names, once the projection's rows show it; None stays None.

    Raises NoSuchTime (404): no such version, tag, or anything yet at that time; NotATime (422): none of these.
    """
    if as_of is None:
        return None
    with rows() as sql:
        version = _version(sql, stream, as_of)
    if not wait_for(platform().database, (projection,), stream, version, patience_s=0):
        _require_version(stream, version)
        wait_for(platform().database, (projection,), stream, version)
    return version


def _version(sql: Sql, stream: str, as_of: str) -> int:
    if as_of.isdecimal() and as_of.isascii():
        return _numbered(stream, as_of)
    if category_of(stream) == "dataset" and (tagged := datasets.tagged(sql, id_of(stream), as_of)):
        return tagged
    if (time := read_time(as_of)) is None:
        _refuse(stream, as_of)
    if (version := changes.version_at(sql, stream, time)) is None:
        found({} if platform().events.head(stream).version else None, *_thing(stream))
        raise NoSuchTime(_named(stream), as_of, f"was not there yet at {as_of}; ask for a later time")
    return version


def _numbered(stream: str, as_of: str) -> int:
    if len(as_of) > LONGEST_VERSION:
        raise NoSuchTime(_named(stream), as_of, f"has no version {as_of[:20]}…")
    if int(as_of) == 0:
        raise NoSuchTime(_named(stream), as_of, "begins at version 1")
    return int(as_of)


def _require_version(stream: str, version: int) -> None:
    head = platform().events.head(stream).version
    found({} if head else None, *_thing(stream))
    if version > head:
        raise NoSuchTime(_named(stream), str(version), f"has no version {version} yet; its newest is {head}")


def _refuse(stream: str, as_of: str) -> NoReturn:
    if category_of(stream) == "dataset":
        what = f"has no tag {as_of}; send a version, one of its tags, or an ISO 8601 time"
        raise NoSuchTime(_named(stream), as_of, what)
    raise NotATime("as_of", f"{as_of} is neither a version nor an ISO 8601 time")


def shown_at(sql: Sql, projection: str, stream: str, version: int | None) -> int:
    """Return the version that an answer shows: `version`, or the checkpoint. Raises NotFoundError (404)."""
    reached, _ = checkpoint(sql, projection, stream)
    found({} if reached else None, *_thing(stream))
    return reached if version is None else version


def time_as_of(as_of: str | None) -> datetime | None:
    """Return the time for a list over many streams, which share no version. Raises NotATime (422)."""
    if as_of is None:
        return None
    if (as_of.isdecimal() and len(as_of) != len("20260401")) or (time := read_time(as_of)) is None:
        why = f"{as_of} is no time; a list of many has no version in common, send an ISO 8601 time"
        raise NotATime("as_of", why)
    return time


def read_time(text: str) -> datetime | None:
    """Parse an ISO 8601 time; without a zone, UTC. A blank is a plus sign that a URL decoded."""
    try:
        time = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _thing(stream: str) -> tuple[Thing, str]:
    """Return the kind and the id of what the stream is about."""
    return cast(Thing, category_of(stream)), id_of(stream)


def _named(stream: str) -> str:
    """Return the name of the stream, as in `dataset cookies`."""
    return f"{category_of(stream)} {id_of(stream)}"
