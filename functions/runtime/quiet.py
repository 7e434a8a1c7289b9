"""Quiet clocks: while no stream grows there is nothing to do, and a database that sleeps is not woken."""

import hashlib
from collections.abc import Callable
from io import BytesIO

from functions.runtime.event import Json
from kenpin import __version__
from kenpin.bootstrap import platform

Work = Callable[[], tuple[Json, bool]]
"""Returns the answer of a call, and True when it found nothing to do and nothing that waits."""


def quietly(event: Json, work: Work, otherwise: Callable[[], Json]) -> Json:
    """Do the work, or `otherwise` when the heads of all streams are as when the same clock last found nothing to do.

    Only where the database sleeps, and only when a clock calls: a person who calls wants the rows looked at.
    """
    clock = event.get("clock")
    if clock is None or not platform().settings.database_wake_seconds:
        return work()[0]
    mark = f"marks/{clock}-{digest_of_heads()}"
    if platform().objects.has([mark]):
        return otherwise()
    answer, found_nothing = work()
    if found_nothing:
        platform().objects.put(mark, BytesIO())
    return answer


def digest_of_heads() -> str:
    """Name the state of the whole history, and the code that read it."""
    digest = hashlib.sha256(__version__.encode())
    for head in platform().events.heads():
        digest.update(f"\0{head.stream}\0{head.version}".encode())
    return digest.hexdigest()
