"""Changes that a batch of events makes beside the rows of its images: past rows, names and counts."""

from msgspec.structs import astuple

from kenpin.domain.catalogue import meta_of
from kenpin.domain.commit import Commit
from kenpin.domain.ids import id_of
from kenpin.projections.database import Sql
from kenpin.read_models.gallery.counts import CountChanges, CountKey
from kenpin.read_models.gallery.facets import FacetChanges, FacetState, state_of
from kenpin.read_models.gallery.names import NAME_COLUMNS, words_of
from kenpin.read_models.gallery.rows import Row, number_of, numbered, rows_of
from kenpin.read_models.gallery.table import FILE, PAST


class GalleryChanges:
    """Past rows of a batch, and the changes of its counts."""

    def __init__(self, first: Commit, sql: Sql) -> None:
        dataset_id, begun = id_of(first.stream), meta_of(first).recorded_at
        is_new = first.first == 1
        self.dataset_key = numbered(dataset_id, begun, sql) if is_new else number_of(dataset_id, sql)
        self.past: list[tuple[object, ...]] = []
        self.names: list[tuple[object, ...]] = []
        self.count_changes = CountChanges(dataset_id, first.first)
        self.facet_changes = FacetChanges(dataset_id)

    def finish(self, row: Row, before: FacetState | None) -> None:
        """Count the row as it is after the batch; `before`: its facets before it, None of a new one."""
        self.count_changes.add(count_key(row), row.valid_from)
        self.facet_changes.add(before, state_of(row))
        if before is None:
            self.names.append((row.dataset_key, row.ordinal, words_of(row.name)))

    def write(self, sql: Sql) -> None:
        """Write past rows, names and counts."""
        for table, columns, written in (
            ("image_past", PAST, self.past),
            ("image_name", NAME_COLUMNS, self.names),
        ):
            if written:
                with rows_of(table, columns, sql) as write:
                    for row in written:
                        write(row)
        self.count_changes.write(sql)
        self.facet_changes.write(sql)

    def keep_past(self, row: Row, version: int) -> Row:
        """Return the row, to be changed in place from `version` on; its state until then becomes a past row."""
        if row.valid_from < version:
            self.count_changes.add(count_key(row), row.valid_from, version)
            self.past.append((row.dataset_key, row.ordinal, version, *astuple(row)[len(FILE) :]))
            row.valid_from = version
        return row

    def set(self, row: Row, version: int, **columns: object) -> None:
        self.keep_past(row, version)
        for name, value in columns.items():
            setattr(row, name, value)


def count_key(row: Row) -> CountKey:
    classes = tuple(row.defect_classes or ())
    return (row.split or "unassigned", row.verdict or "unlabelled", row.excluded is not None, classes)
