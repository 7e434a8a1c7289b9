"""Rules of jobs: lanes, waiting times after failures, and the reason given for a worker that vanished."""

import zlib
from typing import Final

MAX_ATTEMPTS: Final = 3
PAUSE_S: Final = 10.0
DIED_SILENTLY: Final = "the worker died without a word"
"""The reason of a job whose last delivery was neither done nor failed before its visibility timeout."""


LANES: Final = 2
"""Lanes of a project unless a setting says otherwise."""


def lane_of(project: str, job_id: str, lanes: int) -> str | None:
    """One of the project's lanes. A lane's jobs are worked on one after another, so that at most `lanes` of a
    project are in work at once; None, for a job of no project: it waits for nobody.
    """
    return f"{project}-{zlib.crc32(job_id.encode()) % lanes}" if project else None


def pause_before_retry(attempt: int, pause_s: float, chance: float) -> float:
    """Seconds to wait after failed attempt 1, 2, …: twice as long each time.

    `chance` (0..1) takes away up to half, so that jobs that failed together do not come back together.
    """
    return pause_s * 2.0 ** (attempt - 1) * (1 - chance / 2)
