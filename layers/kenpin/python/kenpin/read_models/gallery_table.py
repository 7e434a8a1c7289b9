"""The gallery's tables, and how those of a platform from before become them."""

from typing import Final

# An image's place (ordinal) is its key, for it grows with time: rows go to the end of the index, where digests would
# fall all over it. Only live rows are found by digest; they lead to the others.
# Without statistics of dataset_id, for a dataset that came after they were taken would look empty: the planner then
# reads all of it for every image asked for, where it should take an index.
IMAGES: Final = """
create table if not exists image (
    dataset_id     text not null,
    image_id       text not null,
    valid_from     bigint not null,
    valid_to       bigint,
    ordinal        bigint not null,
    revision       bigint not null,
    name           text not null,
    size           bigint not null,
    width          int not null,
    height         int not null,
    media_type     text not null,
    registered_at  timestamptz not null,
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
    primary key (dataset_id, ordinal, valid_from)
);
alter table image alter dataset_id set statistics 0;
create index if not exists image_by_id on image (dataset_id, image_id) where valid_to is null;
create index if not exists image_live on image (verdict, dataset_id, ordinal) where valid_to is null;
create index if not exists image_split on image (dataset_id, split, ordinal)
    where valid_to is null and split is not null;
create index if not exists image_ended on image (dataset_id, valid_to, ordinal) where valid_to is not null;
create index if not exists image_excluded on image (dataset_id, ordinal) where excluded is not null;
create index if not exists image_defects on image (dataset_id, ordinal) where defect_classes is not null;
create table if not exists image_count (
    dataset_id text not null,
    split      text not null,
    verdict    text not null,
    excluded   boolean not null,
    images     bigint not null,
    primary key (dataset_id, split, verdict, excluded)
);
"""

# An image's key was its digest once. Such rows stay, and get today's shape in one transaction.
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

TABLE: Final = FROM_DIGESTS + IMAGES
