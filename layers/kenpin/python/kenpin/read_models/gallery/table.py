"""The tables of the gallery."""

from typing import Final

from kenpin.projections.table import DeclaredTable, PastByQuery

FILE: Final = [
    "dataset_key",
    "image_id",
    "ordinal",
    "name",
    "size",
    "width",
    "height",
    "media_type",
    "needs_rendition",
    "registered_at",
]
"""Columns that never change."""
STANDING: Final = [
    "valid_from",
    "revision",
    "capture",
    "captured_at",
    "split",
    "excluded",
    "verdict",
    "defect_classes",
    "annotation",
    "annotated_by",
    "annotated_at",
    "annotated_in",
    "review",
    "group_name",
]
"""Columns that change, valid from version `valid_from` on."""
PAST: Final = ["dataset_key", "ordinal", "valid_to", *STANDING]
"""Columns of a past row: the image until version `valid_to`."""

NOW: Final = f"select {', '.join(f'i.{name}' for name in STANDING)}"
"""SQL for the present state of image `i`."""


def at(version: str) -> str:
    """Return SQL for the state of image `i` at a version: its row if unchanged since, or the one past row."""
    was = ", ".join(f"p.{name}" for name in STANDING)
    return f"""{NOW} where i.valid_from <= {version} union all select {was} from image_past p
        where i.valid_from > {version} and p.dataset_key = i.dataset_key and p.ordinal = i.ordinal
            and p.valid_from <= {version} and p.valid_to > {version}"""


# Rows of images have a number in place of their dataset's name, which may have 63 letters and stood in every index.
IMAGE_DATASET: Final = DeclaredTable(
    "image_dataset",
    """
    dataset_id  text not null primary key,
    dataset_key bigint not null unique""",
    owner="dataset_id",
)


def key_of(dataset: str) -> str:
    """SQL for what rows of images call a dataset."""
    return f"(select dataset_key from image_dataset where dataset_id = {dataset})"


KEY: Final = key_of("%(dataset)s")


IMAGES_AT: Final = f"""select {", ".join(f"i.{name}" for name in FILE)}, {", ".join(f"s.{name}" for name in STANDING)}
    from image i cross join lateral ({at("%(version)s")}) as s where i.dataset_key = {key_of("%(id)s")}"""
PAST_IMAGES_AT: Final = f"""select {", ".join(PAST)} from image_past
    where dataset_key = {key_of("%(id)s")} and valid_to <= %(version)s"""


# An image has one row that says how it stands, and a narrow one for each time that it stood otherwise. Its place
# (ordinal) is its key, for it grows with time: rows go to the end of the index, where digests would fall all over it.
# A page of a verdict as of long ago passes over what was judged since: valid_from tells it so within the index.
# Without statistics of dataset_key, for a dataset that came after they were taken would look empty: the planner then
# reads all of it for every image asked for, where it should take an index.
IMAGE: Final = DeclaredTable(
    "image",
    """
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
    needs_rendition boolean,
    capture        json not null,
    captured_at    timestamptz,
    split          text,
    excluded       text,
    verdict        text,
    defect_classes jsonb,
    annotation     json,
    annotated_by   text,
    annotated_at   timestamptz,
    annotated_in   bigint,
    review         text,
    group_name     text,
    primary key (dataset_key, ordinal)""",
    owner="dataset_key",
    owner_value=key_of("%(id)s"),
    past=PastByQuery(IMAGES_AT),
    after="""
alter table image alter dataset_key set statistics 0;
create unique index if not exists image_by_id on image (dataset_key, image_id);
create index if not exists image_judged on image (verdict, dataset_key, ordinal, valid_from);
create index if not exists image_split on image (dataset_key, split, ordinal) where split is not null;
create index if not exists image_captured on image (dataset_key, captured_at) where captured_at is not null;
create index if not exists image_excluded on image (dataset_key, ordinal) where excluded is not null;
create index if not exists image_defects on image (dataset_key, ordinal) where defect_classes is not null;
create index if not exists image_to_review on image (dataset_key, annotated_in)
    where annotated_in is not null and review is null and excluded is null;
create index if not exists image_returned on image (dataset_key, annotated_by, annotated_in)
    where review = 'returned' and excluded is null;
create index if not exists image_group on image (dataset_key, group_name) where group_name is not null;""",
)
IMAGE_PAST: Final = DeclaredTable(
    "image_past",
    """
    dataset_key    bigint not null,
    ordinal        bigint not null,
    valid_from     bigint not null,
    valid_to       bigint not null,
    revision       bigint not null,
    capture        json not null,
    captured_at    timestamptz,
    split          text,
    excluded       text,
    verdict        text,
    defect_classes jsonb,
    annotation     json,
    annotated_by   text,
    annotated_at   timestamptz,
    annotated_in   bigint,
    review         text,
    group_name     text,
    primary key (dataset_key, ordinal, valid_from)""",
    owner="dataset_key",
    owner_value=key_of("%(id)s"),
    past=PastByQuery(PAST_IMAGES_AT),
    after="""
alter table image_past alter dataset_key set statistics 0;
create index if not exists image_past_ended on image_past (dataset_key, valid_to, ordinal, valid_from);
create index if not exists image_past_judged on image_past (verdict, dataset_key, ordinal) where verdict is not null;
create index if not exists image_past_split on image_past (dataset_key, split, ordinal) where split is not null;
create index if not exists image_past_excluded on image_past (dataset_key, ordinal) where excluded is not null;
create index if not exists image_past_defects on image_past (dataset_key, ordinal) where defect_classes is not null;""",
)
TABLES: Final = (IMAGE_DATASET, IMAGE_PAST, IMAGE)
