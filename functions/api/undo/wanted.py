"""What the reads and the writes of undo share: what is meant, and rows that have come to the head."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Self

from pydantic import Field, model_validator

from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Slug
from kenpin.domain.dataset.refusals import NoSuchDataset
from kenpin.ports import Unavailable
from kenpin.projections.database import Sql
from kenpin.read_models.catalogue import wait_for
from kenpin.read_models.undo.aims import Meant

Version = Annotated[int, Field(ge=1, lt=2**63)]


class Wanted(Command):
    """What is to be undone: versions, a batch, or one event."""

    from_version: Version | None = None
    to_version: Version | None = None
    """None: `from_version` alone"""
    batch_id: Slug | None = None
    event_id: Annotated[str, Field(max_length=100)] | None = None

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        if sum(each is not None for each in (self.from_version, self.batch_id, self.event_id)) != 1:
            raise ValueError("name one thing to undo: from_version (and to_version), batch_id or event_id")
        return self

    def meant(self) -> Meant:
        return Meant(self.from_version, self.to_version, self.batch_id, self.event_id)


@contextmanager
def fresh(dataset_id: str) -> Iterator[tuple[Sql, int]]:
    """Rows that show everything up to the head, and the head's version. Raises NoSuchDataset, Unavailable."""
    stream = f"dataset-{dataset_id}"
    head = platform().events.head(stream).version
    if head == 0:
        raise NoSuchDataset
    if not wait_for(platform().database, ("gallery", "datasets"), stream, head):
        raise Unavailable(f"the rows of {stream} have not come to version {head} yet; try again soon")
    with platform().database.reading() as sql:
        yield sql, head
