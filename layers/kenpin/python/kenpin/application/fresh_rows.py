"""Fresh rows: rows of a dataset that have reached its head, for decisions that must not miss an event."""

from collections.abc import Iterator
from contextlib import contextmanager

from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.refusals import NoSuchDataset
from kenpin.domain.ids import DatasetId
from kenpin.ports import Unavailable
from kenpin.projections.catalogue import wait_for
from kenpin.projections.database import Sql


@contextmanager
def fresh_rows(
    platform: PlatformParts, dataset_id: DatasetId, *read_models: str
) -> Iterator[tuple[Sql, int]]:
    """Yield a cursor on rows of these read models that have reached the head, and the head's version.

    Raises NoSuchDataset, and Unavailable when the rows are still behind after 2 s.
    """
    head = platform.events.head(f"dataset-{dataset_id}")
    if head.version == 0:
        raise NoSuchDataset
    if not wait_for(platform.database, read_models, head.stream, head.version):
        raise Unavailable(
            f"the rows of {head.stream} have not reached version {head.version} yet; try again soon"
        )
    with platform.database.reading() as sql:
        yield sql, head.version
