"""Pages, opaque cursors, and waiting for `min_version`."""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Final, TypeVar

from aws_lambda_powertools.event_handler.exceptions import BadRequestError
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel
from pydantic_core import to_json

from functions.http.answers import Page
from functions.http.errors import NoSuchThing, Thing
from kenpin.bootstrap import platform
from kenpin.projections.catalogue import wait_for
from kenpin.projections.database import Row, Sql
from kenpin.read_models.parked import notes as parked

T = TypeVar("T", bound=BaseModel)
Item = TypeVar("Item")
LARGEST: Final = 10**15 - 1
"""The largest version, ordinal or rank that a request may name; the database's integers are larger still."""
NUMBER: Final = r"\d{1,15}"
TEXT: Final = r"[!-~]{1,150}"
"""The characters of ids, streams and names of records."""
PAGE_BYTES: Final = 2 * 1024 * 1024
"""Bytes of items after which a page ends. A Lambda may answer with 6 MB, and its answer is quoted once more."""
Limit = Annotated[int, Query(ge=1, le=1000)]
Cursor = Annotated[str | None, Query(max_length=200)]
MinVersion = Annotated[int | None, Query(ge=0, le=LARGEST)]


def encoded(place: object) -> str:
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def decoded(cursor: str, form: str) -> tuple[str, ...]:
    """Return the groups of `form` (a regular expression) in an `encoded` cursor. Raises BadRequestError (400)."""
    try:
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError:  # neither base64 nor ASCII
        place = ""
    if (parts := re.fullmatch(form, place, re.ASCII)) is None:
        raise BadRequestError("cursor: not one that this API gave; leave it out to start over")
    return parts.groups()


def decoded_text(cursor: str | None) -> str | None:
    return None if cursor is None else decoded(cursor, f"({TEXT})")[0]


def decoded_number(cursor: str | None) -> int | None:
    return None if cursor is None else int(decoded(cursor, f"({NUMBER})")[0])


def json_bytes(item: object) -> int:
    return len(to_json(item))


def fitting(items: Iterable[Item], size: Callable[[Item], int] = json_bytes) -> list[Item]:
    """Return the first items, up to the one with which they pass PAGE_BYTES: a page has at least one."""
    taken: list[Item] = []
    room = PAGE_BYTES
    for item in items:
        taken.append(item)
        room -= size(item)
        if room < 0:
            break
    return taken


def page(
    rows: Sequence[Row],
    limit: int,
    answer: Callable[[Row], T],
    place: Callable[[Row], object],
    **more: object,
) -> Page[T]:
    """Build a page. `rows` has one more than `limit` when another page follows; large items end it early."""
    items = fitting(map(answer, rows[:limit]))
    cursor = encoded(place(rows[len(items) - 1])) if len(items) < len(rows) else None
    return Page[T](items=items, next_cursor=cursor, **more)


def is_stale(stream: str, min_version: int | None, *projections: str) -> bool:
    """Wait for the rows to reach `min_version`; True when they had not in time, or are ahead of history."""
    if min_version is not None and not wait_for(platform().database, projections, stream, min_version):
        return True
    with rows() as sql:
        return parked.are_ahead(sql, stream, projections)


@contextmanager
def rows() -> Iterator[Sql]:
    with platform().database.reading() as sql:
        yield sql


def found(row: Row | None, thing: Thing, name: str, place: str = "") -> Row:
    """Return the row. Raises NoSuchThing (404) without one; `place` says where it was looked for."""
    if row is None:
        raise NoSuchThing(thing, name, place)
    return row
