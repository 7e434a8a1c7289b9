"""Reads about operations: the health check, the queue, dead letters, parked streams."""

from collections.abc import Iterator

from msgspec.structs import asdict

from functions.api.history.queries import visible_streams
from functions.api.operations.answers import DeadLetter, Disk, Health, Parked, Queue
from functions.http.access import access
from functions.http.answers import Page
from functions.http.paging import TEXT, Cursor, Limit, decoded, page, rows
from functions.http.resolver import new_router
from kenpin import __version__
from kenpin.bootstrap import platform
from kenpin.ports import DeadJob
from kenpin.read_models.parked import notes as parked

router = new_router()


MESSAGES = {"intake": "arrival", "unheard": "wake_up"}
"""Source of dead letters → their kind."""


@router.get("/health", tags=["health"])
def health() -> Health:
    """Answer without a token, after one statement to the database; one that sleeps is left asleep."""
    disk = _disk()
    if disk is not None and disk.state == "full":
        cause = f"the disk is full ({disk.free_bytes:,} bytes left): uploads are refused"
        return Health(status="degraded", version=__version__, database="not asked", cause=cause, disk=disk)
    if platform().settings.database_wake_seconds:
        return Health(status="ok", version=__version__, database="not asked")
    with rows() as sql:
        sql.execute("select 1")
    return Health(status="ok", version=__version__, database="answers", disk=disk)


def _disk() -> Disk | None:
    if (space := platform().disk_space()) is None:
        return None
    return Disk(free_bytes=space.free_bytes, total_bytes=space.total_bytes, state=space.state)


@router.get("/queue", tags=["upkeep"])
def queue() -> Queue:
    """Return how many jobs wait and how many are running."""
    return Queue.model_validate(asdict(platform().jobs.depth()))


@router.get("/dead-letters", tags=["upkeep"])
def dead_letters() -> Page[DeadLetter]:
    """List what failed too often and waits for a person, oldest first. Messages belong to the installation."""
    visible = access().projects
    jobs = (dead for dead in platform().jobs.dead() if visible is None or dead.job.project in visible)
    letters = [*map(_of_job, jobs), *(_of_messages() if visible is None else ())]
    return Page[DeadLetter](items=sorted(letters, key=lambda letter: letter.dead_at))


def _of_job(dead: DeadJob) -> DeadLetter:
    job = dead.job
    return DeadLetter(
        source="jobs",
        id=job.job_id,
        kind=job.kind,
        subject=job.subject,
        attempts=dead.attempts,
        reason=dead.reason,
        details=dead.log_tail,
        dead_at=dead.dead_at,
    )


def _of_messages() -> Iterator[DeadLetter]:
    for source, letters in platform().dead_letters.items():
        for letter in letters.all():
            yield DeadLetter(
                source=source,
                id=letter.id,
                kind=MESSAGES[source],
                subject=letter.id,
                attempts=None,
                reason=letter.reason or "delivered too often without success",
                details=letter.body,
                dead_at=letter.dead_at,
            )


@router.get("/parked", tags=["upkeep"])
def parked_streams(limit: Limit = 100, cursor: Cursor = None) -> Page[Parked]:
    """List the streams that a projection or the reactors are stuck on, and the reason."""
    reader, stream = decoded(cursor, f"({TEXT}) ({TEXT})") if cursor else ("", "")
    visible = visible_streams()
    with rows() as sql:
        shown = parked.page(sql, (reader, stream), limit + 1, None if visible is None else sorted(visible))
    return page(shown, limit, Parked.model_validate, lambda row: f"{row['reader']} {row['stream']}")
