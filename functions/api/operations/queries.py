"""Reads about what needs looking after: the queue, dead letters, parked streams, arrivals turned away."""

from collections.abc import Iterator

from msgspec.structs import asdict

from functions.api.history.queries import visible_streams
from functions.api.operations.answers import DeadLetter, Intake, IntakeSource, Parked, Queue, RejectedArrival
from functions.http.access import access
from functions.http.answers import Page
from functions.http.paging import Cursor, Limit, decoded, page, rows
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.ports import DeadJob
from kenpin.projections.database import Row
from kenpin.read_models.intake import projection as intake
from kenpin.read_models.parked import projection as parked

router = new_router()
MESSAGES = {"intake": "arrival", "unheard": "wake_up"}
"""Source of dead letters → what kind of thing they were."""


@router.get("/queue", tags=["upkeep"])
def queue() -> Queue:
    """How many jobs wait, and how many are being worked on."""
    return Queue.model_validate(asdict(platform().jobs.depth()))


@router.get("/dead-letters", tags=["upkeep"])
def dead_letters() -> Page[DeadLetter]:
    """Everything that failed too often and waits for a person, oldest first. Messages are of the installation."""
    seen = access().projects
    jobs = (dead for dead in platform().jobs.dead() if seen is None or dead.job.project in seen)
    letters = [*map(_of_job, jobs), *(_of_messages() if seen is None else ())]
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
    """Streams that a projection or the reactors cannot get past, and why."""
    reader, _, stream = decoded(cursor).partition(" ") if cursor else ("", "", "")
    seen = visible_streams()
    with rows() as sql:
        shown = parked.page(sql, (reader, stream), limit + 1, None if seen is None else sorted(seen))
    return page(shown, limit, Parked.model_validate, lambda row: f"{row['reader']} {row['stream']}")


@router.get("/intake", tags=["intake"])
def intake_sources() -> Intake:
    """Who sends images, when each was last heard, and what became of what it sent."""
    with rows() as sql:
        heard = intake.sources(sql, access().projects)
        rejected = intake.rejected_count(sql, access().projects)
    return Intake(sources=[IntakeSource.model_validate(row) for row in heard], rejected=rejected)


@router.get("/intake/rejected", tags=["intake"])
def rejected_arrivals(limit: Limit = 100, cursor: Cursor = None) -> Page[RejectedArrival]:
    """Arrivals that were turned away, newest first."""
    with rows() as sql:
        shown = intake.page(sql, access().projects, decoded(cursor) if cursor else None, limit + 1)
    return page(shown, limit, _rejected, lambda row: row["rejected_id"])


def _rejected(row: Row) -> RejectedArrival:
    return RejectedArrival.model_validate(row)
