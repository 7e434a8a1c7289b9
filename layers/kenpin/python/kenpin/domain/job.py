"""Rules of jobs: lanes, waiting times after failures, and the reason given for a worker that vanished."""

import zlib
from typing import Final

MAX_ATTEMPTS: Final = 3
PAUSE_S: Final = 10.0
DIED_SILENTLY: Final = "the worker died without a word"
"""The reason of a job whose last delivery reached its visibility timeout without `done` or `failed`."""


LANES: Final = 2
"""Lanes of a project unless a setting says otherwise."""


def lane_of(project: str, job_id: str, lanes: int) -> str | None:
    """Return the lane of a job; None for a job of no project, which waits for no other.

    The jobs of a lane run one after another, so at most `lanes` jobs of a project run at once.
    """
    return f"{project}-{zlib.crc32(job_id.encode()) % lanes}" if project else None


def pause_before_retry(attempt: int, pause_s: float, chance: float) -> float:
    """Return the seconds to wait after failed attempt 1, 2, …: twice as long each time.

    `chance` (0..1) shortens the pause by up to half, so that jobs that failed together do not return together.
    """
    return pause_s * 2.0 ** (attempt - 1) * (1 - chance / 2)
