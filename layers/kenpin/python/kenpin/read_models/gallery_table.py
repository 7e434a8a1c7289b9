"""The gallery's tables, and how those of a platform from before become them."""

from hashlib import sha256
from typing import Final

from kenpin.domain.ids import DatasetId

FILE: Final = [
    "dataset_key",
    "image_id",
    "ordinal",
    "name",
    "size",
    "width",
    "height",
    "media_type",
    "registered_at",
]
"""What is true of an image as long as it is there."""
STANDING: Final = [
    "valid_from",
    "revision",
    "capture",
    "split",
    "excluded",
    "verdict",
    "defect_classes",
    "annotation",
    "annotated_by",
    "annotated_at",
    "annotated_in",
    "review",
]
"""What changes, from version `valid_from` on."""
PAST: Final = ["dataset_key", "ordinal", "valid_to", *STANDING]
"""How an image stood until version `valid_to`."""

NOW: Final = f"select {', '.join(f'i.{name}' for name in STANDING)}"
"""How image `i` stands."""


def at(version: str) -> str:
    """How image `i` stood at a version, in SQL: its row if nothing has happened since, or the one past row."""
    was = ", ".join(f"p.{name}" for name in STANDING)
    return f"""{NOW} where i.valid_from <= {version} union all select {was} from image_past p
        where i.valid_from > {version} and p.dataset_key = i.dataset_key and p.ordinal = i.ordinal
            and p.valid_from <= {version} and p.valid_to > {version}"""


def key_of(dataset_id: DatasetId) -> int:
    """What rows of images call a dataset: 64 bits of the SHA-256 of its name, as `KEY` makes them in SQL.

    A name of up to 63 letters in five indexes would cost more than all that the indexes are for.
    """
    return int.from_bytes(sha256(dataset_id.encode()).digest()[:8], signed=True)


KEY: Final = """
create or replace function read_models.dataset_key(dataset_id text) returns bigint language sql immutable parallel safe
    return ('x' || left(encode(sha256(dataset_id::bytea), 'hex'), 16))::bit(64)::bigint;
"""
"""Small enough for the planner to put in its place. It stays where it is while tables are rebuilt in another schema."""


# An image has one row that says how it stands, and a narrow one for each time that it stood otherwise. Its place
# (ordinal) is its key, for it grows with time: rows go to the end of the index, where digests would fall all over it.
# A page of a verdict as of long ago passes over what was judged since: valid_from tells it so within the index.
# Without statistics of dataset_key, for a dataset that came after they were taken would look empty: the planner then
# reads all of it for every image asked for, where it should take an index.
IMAGES: Final = """
create table if not exists image (
    dataset_key    bigint not null,
    ordinal        bigint not null,
    valid_from     bigint not null,
    revision       bigint not null,
    size           bigint not null,
    registered_at  timestamptz not null,
    width          int not null,
    height         int not null,
    image_id       text not null,
    name           text not null,
    media_type     text not null,
    capture        json not null,
    split          text,
    excluded       text,
    verdict        text,
    defect_classes jsonb,
    annotation     json,
    annotated_by   text,
    annotated_at   timestamptz,
    annotated_in   bigint,
    review         text,
    primary key (dataset_key, ordinal)
);
alter table image alter dataset_key set statistics 0;
create unique index if not exists image_by_id on image (dataset_key, image_id);
drop index if exists image_live;
create index if not exists image_judged on image (verdict, dataset_key, ordinal, valid_from);
create index if not exists image_split on image (dataset_key, split, ordinal) where split is not null;
create index if not exists image_excluded on image (dataset_key, ordinal) where excluded is not null;
create index if not exists image_defects on image (dataset_key, ordinal) where defect_classes is not null;
create index if not exists image_to_review on image (dataset_key, annotated_in)
    where annotated_in is not null and review is null and excluded is null;
create index if not exists image_returned on image (dataset_key, annotated_by, annotated_in)
    where review = 'returned' and excluded is null;
create index if not exists image_part on image (dataset_key, (capture ->> 'part'))
    where split is not null and capture ->> 'part' is not null;
create index if not exists image_lot on image (dataset_key, (capture ->> 'lot'))
    where split is not null and capture ->> 'lot' is not null;
"""
PAST_IMAGES: Final = """
create table if not exists image_past (
    dataset_key    bigint not null,
    ordinal        bigint not null,
    valid_from     bigint not null,
    valid_to       bigint not null,
    revision       bigint not null,
    capture        json not null,
    split          text,
    excluded       text,
    verdict        text,
    defect_classes jsonb,
    annotation     json,
    annotated_by   text,
    annotated_at   timestamptz,
    annotated_in   bigint,
    review         text,
    primary key (dataset_key, ordinal, valid_from)
);
alter table image_past alter dataset_key set statistics 0;
create index if not exists image_past_ended on image_past (dataset_key, valid_to, ordinal, valid_from);
create index if not exists image_past_judged on image_past (verdict, dataset_key, ordinal) where verdict is not null;
create index if not exists image_past_split on image_past (dataset_key, split, ordinal) where split is not null;
create index if not exists image_past_excluded on image_past (dataset_key, ordinal) where excluded is not null;
create index if not exists image_past_defects on image_past (dataset_key, ordinal) where defect_classes is not null;
"""
# An image's key was its digest once. Such rows stay, and become in one transaction what came next:
FROM_DIGESTS: Final = """
do $$ begin
    if not exists (select from pg_constraint where conrelid = to_regclass('image') and contype = 'p'
            and pg_get_constraintdef(oid) like '%(dataset_id, image_id, valid_from)') then
        return;
    end if;
    drop index image_page, image_live, image_defects;
    update image set defect_classes = null where defect_classes = '[]';
    alter table image drop constraint image_pkey, add primary key (dataset_id, ordinal, valid_from),
        alter capture type json, alter annotation type json;
end $$;
"""

# Datasets were named in full. Indexes with the name go with it.
FROM_NAMES: Final = """
do $$ declare name text; declare ends_apart boolean; begin
    if not exists (select from pg_attribute where attrelid = to_regclass('image') and attname = 'dataset_id'
            and not attisdropped) then
        return;
    end if;
    ends_apart := to_regclass('image_past') is not null;
    foreach name in array array['image', 'image_past'] loop
        continue when to_regclass(name) is null;
        execute format('alter table %1$I add column dataset_key bigint', name);
        execute format('update %1$I set dataset_key = read_models.dataset_key(dataset_id)', name);
        execute format('alter table %1$I drop column dataset_id', name);
        execute format('alter table %1$I add primary key (dataset_key, ordinal%2$s)', name,
            case when ends_apart and name = 'image' then '' else ', valid_from' end);
    end loop;
end $$;
"""

# rows that had ended lay among those that stood, each as wide. Indexes of standing rows go with the column.
FROM_ONE_TABLE: Final = f"""
do $$ begin
    if not exists (select from pg_attribute where attrelid = to_regclass('image') and attname = 'valid_to'
            and not attisdropped) then
        return;
    end if;
    insert into image_past ({", ".join(PAST)}) select {", ".join(PAST)} from image where valid_to is not null;
    delete from image where valid_to is not null;
    alter table image drop constraint image_pkey, add primary key (dataset_key, ordinal), drop column valid_to;
end $$;
"""

TABLE: Final = FROM_DIGESTS + FROM_NAMES + PAST_IMAGES + FROM_ONE_TABLE + IMAGES
