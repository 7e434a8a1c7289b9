"""A synthetic dataset of any size: fills the real tables in seconds, as if its images had been registered."""

from typing import Final

import psycopg

from kenpin.read_models.layout import ROWS

KEY: Final = f"(select dataset_key from {ROWS}.image_dataset where dataset_id = %(dataset)s)"

IMAGES: Final = f"""
insert into {ROWS}.image (dataset_key, image_id, valid_from, ordinal, revision, name, size, width, height,
    media_type, registered_at, capture, split, verdict, annotation, annotated_by, annotated_at,
    annotated_in)
select {KEY}, encode(sha256(convert_to(%(dataset)s || n, 'UTF8')), 'hex'),
    n + 1, n + 1, 0,
    'cam3-' || lpad(n::text, 7, '0') || '.png', 183402, 1280, 960, 'image/png', now(),
    jsonb_build_object('product', 'A-' || n %% 7, 'line', 'L' || n %% 4, 'camera', 'c3', 'light', 'dark-field'),
    case when n %% 100 = 0 then 'test' end, said.verdict,
    case when said.verdict is not null then jsonb_build_object('type', 'AnnotationSubmitted@1',
        'image_id', encode(sha256(convert_to(%(dataset)s || n, 'UTF8')), 'hex'), 'verdict', said.verdict) end,
    case when said.verdict is not null then 'hanako' end,
    case when said.verdict is not null then now() end, case when said.verdict is not null then n + 1 end
from generate_series(1, %(images)s) as n,
    lateral (select case when n %% 5 = 0 then 'NG' when n %% 5 < 3 then 'OK' end as verdict) as said"""

COUNTS: Final = f"""
insert into {ROWS}.image_count
select %(dataset)s, coalesce(split, 'unassigned'), coalesce(verdict, 'unlabelled'), false, count(*)
from {ROWS}.image where dataset_key = {KEY} group by 1, 2, 3"""

HEAD: Final = """
update event_store.streams set version = %(images)s + 1 where stream = 'dataset-' || %(dataset)s"""

CHECKPOINTS: Final = f"""
update {ROWS}.checkpoint set version = %(images)s + 1 where stream = 'dataset-' || %(dataset)s"""


def fill(url: str, dataset_id: str, images: int) -> None:
    """Give a dataset that was just created so many images: two in five unlabelled, one in five NG.

    The head and the checkpoints say that all of them were registered by events; the events themselves are not
    there, since no request reads behind a checkpoint.
    """
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f"alter table {ROWS}.image set (autovacuum_enabled = off)")
        for statement in (IMAGES, COUNTS, HEAD, CHECKPOINTS):
            owner.execute(statement, {"dataset": dataset_id, "images": images})
        owner.execute(f"vacuum analyze {ROWS}.image")


def some_images(url: str, dataset_id: str, count: int) -> list[str]:
    """Return ids spread over the whole dataset."""
    with psycopg.connect(url, autocommit=True) as owner:
        found = owner.execute(
            f"""select image_id from {ROWS}.image where dataset_key = {KEY}
            order by md5(image_id) limit %(count)s""",
            {"dataset": dataset_id, "count": count},
        )
        return [row[0] for row in found]


READ: Final = """
select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_user_tables
where relname in ('image', 'commits')"""


def images_and_commits_read(url: str) -> int:
    """By all processes so far, as PostgreSQL counts them; its sessions tell once a second, between transactions."""
    with psycopg.connect(url, autocommit=True) as owner:
        found = owner.execute(READ).fetchone()
    assert found is not None
    return int(found[0])
