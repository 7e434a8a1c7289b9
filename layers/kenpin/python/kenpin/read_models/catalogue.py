"""Every read model there is, and how far behind their rows are."""

import time
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from kenpin.domain.ids import category_of
from kenpin.ports import EventStore
from kenpin.projections import projection, validity
from kenpin.projections.database import Database
from kenpin.projections.projection import ReadModel, advance, checkpoint
from kenpin.read_models.agreement import projection as agreement
from kenpin.read_models.datasets import projection as datasets
from kenpin.read_models.erasures import projection as erasures
from kenpin.read_models.gallery import projection as gallery
from kenpin.read_models.history import projection as changes
from kenpin.read_models.intake import projection as intake
from kenpin.read_models.label_book import projection as label_book
from kenpin.read_models.members import access
from kenpin.read_models.members import projection as members
from kenpin.read_models.models import history as model_history
from kenpin.read_models.models import projection as models
from kenpin.read_models.parked import projection as parked
from kenpin.read_models.projects import projection as projects
from kenpin.read_models.readjudications import projection as readjudications
from kenpin.read_models.reviews import projection as reviews
from kenpin.read_models.runs import projection as runs
from kenpin.read_models.suggestions import projection as suggestions

READ_MODELS: Final[tuple[ReadModel, ...]] = (
    projects.projects,
    label_book.label_book,
    datasets.datasets,
    gallery.gallery,
    suggestions.suggestions,
    reviews.reviews,
    agreement.agreement,
    readjudications.readjudications,
    runs.runs,
    models.models,
    changes.changes,
    model_history.model_history,
    members.members,
)


def create_tables(database: Database) -> None:
    """Create what is missing. Several processes may do so at once."""
    with database.transaction() as sql:
        sql.execute("select pg_advisory_xact_lock(hashtext('kenpin read models'))")
        notes = [parked.TABLE, intake.TABLE, erasures.CARRIED_OUT, access.TABLE]
        tables = [
            projection.CHECKPOINT,
            validity.TRIGGER,
            *notes,
            *(model.table for model in READ_MODELS),
        ]
        for ddl in tables:
            sql.execute(ddl)


class Late(Struct, frozen=True):
    """Rows that have not reached the head of their stream."""

    model: ReadModel
    stream: str
    events: int
    """How many there are to go."""


def models_of(stream: str) -> list[ReadModel]:
    return [model for model in READ_MODELS if model.category in (None, category_of(stream))]


def advance_stream(stream: str, store: EventStore, database: Database) -> int:
    """Bring every read model of this stream up to its head; answer how many events that took."""
    return sum(advance(model, stream, store, database) for model in models_of(stream))


def behind(store: EventStore, database: Database) -> Iterator[Late]:
    """What has not reached its head. Beyond one look at each head and bookmark, it costs what is behind."""
    with database.reading() as sql:
        rows = sql.execute("select projection, stream, version from checkpoint").fetchall()
    reached = {(row["projection"], row["stream"]): row["version"] for row in rows}
    for head in store.heads():
        for model in models_of(head.stream):
            if (events := head.version - reached.get((model.name, head.stream), 0)) > 0:
                yield Late(model, head.stream, events)


def wait_for(
    database: Database,
    names: tuple[str, ...],
    stream: str,
    version: int,
    *,
    patience_s: float = 2.0,
    every_s: float = 0.005,
) -> bool:
    """Wait until the rows of all these show this version; False when they are still behind after `patience_s`."""
    deadline = time.monotonic() + patience_s
    while True:
        with database.reading() as sql:
            reached = min(checkpoint(sql, name, stream)[0] for name in names)
        if reached >= version:
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(every_s)
