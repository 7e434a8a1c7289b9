"""Counts of images by split, verdict and class, now and at any version, kept as changes by windows of versions.

A count at a version is the sum of the earlier windows, plus the few rows that changed in the version's own window.
So it costs neither the dataset's size nor a row for each of its versions.
"""

from collections import Counter, defaultdict
from typing import Final

from kenpin.projections.database import Row, Sql
from kenpin.projections.table import DeclaredTable
from kenpin.read_models.gallery.table import at, key_of

CountKey = tuple[str, str, bool, tuple[str, ...]]
"""split, verdict, excluded, defect classes: what images are counted by"""

WINDOW: Final = 1_000
"""Versions. With more of them there are longer tails to read, with fewer more windows to add up."""

KEY_COLUMNS: Final = """coalesce({0}.split, 'unassigned') as split, coalesce({0}.verdict, 'unlabelled') as verdict,
    {0}.excluded is not null as excluded, {0}.defect_classes"""
EACH_CLASS: Final = """cross join lateral (
        select '' as class_id union all select jsonb_array_elements_text(defect_classes)) as classes"""

# class_id is '' where images are counted, and a defect class where those are that show it.
IMAGE_COUNT: Final = DeclaredTable(
    "image_count",
    """
    dataset_id text not null,
    split      text not null,
    verdict    text not null,
    excluded   boolean not null,
    images     bigint not null,
    primary key (dataset_id, split, verdict, excluded)""",
    owner="dataset_id",
    counted="images <> 0",
)
IMAGE_COUNT_CHANGE: Final = DeclaredTable(
    "image_count_change",
    """
    dataset_id text not null,
    upto       bigint not null,
    split      text not null,
    verdict    text not null,
    excluded   boolean not null,
    class_id   text not null,
    images     bigint not null,
    primary key (dataset_id, upto, split, verdict, excluded, class_id)""",
    owner="dataset_id",
    counted="images <> 0",
)

ADD: Final = """
insert into image_count values (%s, %s, %s, %s, %s)
on conflict (dataset_id, split, verdict, excluded) do update set images = image_count.images + excluded.images"""
ADD_CHANGE: Final = """
insert into image_count_change values (%s, %s, %s, %s, %s, %s, %s)
on conflict (dataset_id, upto, split, verdict, excluded, class_id)
do update set images = image_count_change.images + excluded.images"""


class CountChanges:
    """The changes of each count by a batch of events; its first event has version `begin`."""

    def __init__(self, dataset_id: str, begin: int) -> None:
        self._dataset_id, self._begin = dataset_id, begin
        self._changes: defaultdict[CountKey, Counter[int]] = defaultdict(Counter)

    def add(self, key: CountKey, since: int, until: int | None = None) -> None:
        """Count an image under this key from one version until before another, or without end."""
        windows = self._changes[key]
        if since >= self._begin:
            windows[-(-since // WINDOW)] += 1
        if until is not None:
            windows[-(-until // WINDOW)] -= 1

    def write(self, sql: Sql) -> None:
        totals: Counter[tuple[str, str, bool]] = Counter()
        parts: Counter[tuple[int, str, str, bool, str]] = Counter()
        for (split, verdict, excluded, classes), windows in self._changes.items():
            totals[split, verdict, excluded] += windows.total()
            for window, images in windows.items():
                for class_id in ("", *classes):
                    parts[window * WINDOW, split, verdict, excluded, class_id] += images
        _add(ADD, [(self._dataset_id, *key, n) for key, n in sorted(totals.items()) if n], sql)
        _add(ADD_CHANGE, [(self._dataset_id, *key, n) for key, n in sorted(parts.items()) if n], sql)


def _add(query: str, rows: list[tuple[object, ...]], sql: Sql) -> None:
    if rows:
        sql.executemany(query, rows)


def then(dataset: str, version: str) -> str:
    """SQL for the counts of a dataset at a version: split, verdict, excluded, class_id, images."""
    floor = f"({version} / {WINDOW} * {WINDOW})"
    ended = f"""b.dataset_key = {key_of(dataset)}
            and b.valid_to > {floor} and b.valid_to <= {version} and b.valid_from <= {floor}"""
    return f"""
select split, verdict, excluded, class_id, sum(images)::bigint as images from (
    select split, verdict, excluded, class_id, images from image_count_change
    where dataset_id = {dataset} and upto <= {version}
    union all
    select split, verdict, excluded, class_id, sign from (
        select {KEY_COLUMNS.format("b")}, -1 as sign from image_past b where {ended}
        union all
        select {KEY_COLUMNS.format("s")}, 1 from image_past b join image i using (dataset_key, ordinal)
            cross join lateral ({at(version)}) as s where {ended}
        union all
        select {KEY_COLUMNS.format("s")}, 1 from image i cross join lateral ({at(version)}) as s
        where i.dataset_key = {key_of(dataset)} and i.ordinal > {floor} and i.ordinal <= {version}
    ) as changed {EACH_CLASS}
) as part group by split, verdict, excluded, class_id having sum(images) <> 0"""


def at_version(sql: Sql, dataset_id: str, version: int) -> list[Row]:
    """Return the counts at a version: rows with class_id '' count images, the others the images that show the class."""
    query = then("%(dataset)s", "%(version)s::bigint")
    return sql.execute(query, {"dataset": dataset_id, "version": version}).fetchall()
