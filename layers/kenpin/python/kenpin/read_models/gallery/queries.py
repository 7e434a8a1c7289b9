"""Queries of the gallery: a page by filters, one image, all as of any version."""

import json
from collections.abc import Collection, Mapping
from typing import Final, Literal

from msgspec import Struct

from kenpin.domain.dataset.groups import group_sql
from kenpin.domain.time_zone import Span
from kenpin.projections.database import Row, Sql
from kenpin.projections.validity import rows_of
from kenpin.read_models.datasets.grouping import grouping_at
from kenpin.read_models.gallery.names import MATCHES, MATCHING, name_query
from kenpin.read_models.gallery.table import KEY, NOW, at
from kenpin.read_models.suggestions.queries import current, open_then

Order = Literal["registered", "newest", "suggested"]
ID_DIGITS: Final = 12
"""Digits of an id that tell two images apart"""
MOST_AMONG: Final = 300
"""Images of a list that fits into an address"""
AMONG: Final = rf"^[0-9a-f]{{{ID_DIGITS}}}(,[0-9a-f]{{{ID_DIGITS}}}){{0,{MOST_AMONG - 1}}}$"


class Filter(Struct, frozen=True):
    """The filters of a page; None does not filter."""

    verdict: str | None = None
    """OK | NG | HOLD | unlabelled"""
    split: str | None = None
    """train | validation | test | unassigned"""
    excluded: bool = False
    suggested: bool = False
    defect_class: str | None = None
    product: str | None = None
    line: str | None = None
    light: str | None = None
    group: str | None = None
    order: Order = "registered"
    station: str | None = None
    camera: str | None = None
    lot: str | None = None
    captured: Span | None = None
    """The moments between which it was captured"""
    person: str | None = None
    """The person who gave the judgement that stands"""
    name: str | None = None
    """Words of the file name, each from its beginning"""
    review: str | None = None
    """accepted | returned: the review of the judgement that stands"""
    among: str | None = None
    """Images by the first ID_DIGITS of their ids, with commas between them"""


FIELDS: Final = """
select i.image_id, i.name, i.ordinal, s.revision, s.verdict, s.split, s.excluded, s.annotation, s.annotated_by,
    s.annotated_at, s.annotated_in, s.review, s.capture, i.width, i.height, i.size, i.media_type,
    i.needs_rendition, i.registered_at, {group} as "group",
    k.suggestion_id, k.rank, k.reason, k.score, k.control,
    (select reason from erasure e where e.dataset_id = %(dataset)s and e.image_id = i.image_id) as erased
from {standing}
{join} {candidates} k on k.dataset_id = %(dataset)s and k.image_id = i.image_id and {candidate_open}
where i.dataset_key = {key}"""

COUNTED: Final = """
select i.size, s.verdict, s.split, s.annotation, s.capture, {group} as "group",
    exists (select from erasure e where e.dataset_id = %(dataset)s and e.image_id = i.image_id) as erased
from {standing}
where i.dataset_key = {key}"""
"""Columns that counts are made of."""

AS_NOW: Final = f"cross join lateral ({NOW}) as s"
AS_THEN: Final = f"cross join lateral ({at('%(as_of)s')}) as s"
STANDING: Final = f"image i {AS_NOW}"
STOOD: Final = f"image i {AS_THEN}"
"""Image after image, in their order, as each of them stood."""
NAMED: Final = f"""({MATCHING} order by n.ordinal {{direction}}) as named
    join image i on i.dataset_key = {KEY} and i.ordinal = named.ordinal"""
"""The images of a name, found in their order: a page ends when it is full, however many images have the name."""
ENDED: Final = "image_past s join image i on i.dataset_key = s.dataset_key and i.ordinal = s.ordinal"

CANDIDATE: Final = open_then("k", None)
CANDIDATE_THEN: Final = f"k.suggestion_id = {current('%(dataset)s')} and {open_then('k', 0)}"

CONDITIONS: Final[Mapping[str, str]] = {
    "verdict": "s.verdict = %(verdict)s",
    "split": "s.split = %(split)s",
    "defect_class": "s.defect_classes ? %(defect_class)s",
    "product": "s.capture ->> 'product' = %(product)s",
    "line": "s.capture ->> 'line' = %(line)s",
    "light": "s.capture ->> 'light' = %(light)s",
    "station": "s.capture ->> 'station' = %(station)s",
    "camera": "s.capture ->> 'camera' = %(camera)s",
    "lot": "s.capture ->> 'lot' = %(lot)s",
    "captured": "s.captured_at >= %(captured_from)s and s.captured_at < %(captured_until)s",
    "person": "s.annotated_by = %(person)s",
    "review": "s.review = %(review)s",
    "among": f"""i.ordinal in (select m.ordinal from unnest(%(among_ids)s::text[]) as asked (first)
        cross join lateral (select ordinal from image where dataset_key = {KEY}
            and image_id >= asked.first and image_id < asked.first || 'g' limit 1) as m)""",
    "group": "{group} = %(group)s",
}
UNSET: Final = {("verdict", "unlabelled"): "s.verdict is null", ("split", "unassigned"): "s.split is null"}
ORDERS: Final[Mapping[Order, tuple[str, str]]] = {
    "registered": ("i.ordinal", ">"),
    "newest": ("i.ordinal", "<"),
    "suggested": ("k.rank", ">"),
}


def kinds_of(sql: Sql, dataset_id: str, image_ids: Collection[str]) -> list[Row]:
    """Return what these images are shown by, as they are now: media type, need of a rendition, capture, size."""
    columns = "i.image_id, i.media_type, i.needs_rendition, i.capture, i.width, i.height"
    return sql.execute(
        f"""select {columns} from unnest(%(images)s::text[]) as asked (id)
        join image i on i.dataset_key = {KEY} and i.image_id = asked.id""",
        {"dataset": dataset_id, "images": list(image_ids)},
    ).fetchall()


def ordinal_of(sql: Sql, dataset_id: str, image_id: str) -> int | None:
    """Return the place of an image in its dataset; None: it is not there."""
    row = sql.execute(
        f"select ordinal from image where dataset_key = {KEY} and image_id = %(image)s",
        {"dataset": dataset_id, "image": image_id},
    ).fetchone()
    return row["ordinal"] if row else None


def page(
    sql: Sql, dataset_id: str, given: Filter, *, after: int | None, limit: int, as_of: int | None = None
) -> list[Row]:
    """Images in order, those after place `after` (an ordinal, or a rank when ordered by suggestion)."""
    column, beyond = ORDERS[given.order]
    more = [] if after is None else [f"{column} {beyond} %(after)s"]
    order = f"order by {{}} {'asc' if beyond == '>' else 'desc'} limit %(limit)s"
    queries = [
        f"{_fields(standing, as_of, given)} and {terms} {order.format(column)}"
        for standing, terms in narrowed(given, as_of, more)
    ]
    query = queries[0]
    if len(queries) > 1:
        query = f"({') union all ('.join(queries)}) {order.format('ordinal')}"
    parameters = {**parameters_of(dataset_id, given, as_of), "after": after, "limit": limit}
    return sql.execute(query, parameters).fetchall()


def count(sql: Sql, dataset_id: str, given: Filter, query: str, as_of: int | None = None) -> Row | None:
    """Return the one row of a query over all images of the filters, which it has as `{images}` (see COUNTED)."""
    images = [
        f"{COUNTED.format(key=KEY, group=_group(as_of), standing=standing)} and {terms}"
        for standing, terms in narrowed(given, as_of, [])
    ]
    question = query.format(images=" union all ".join(images))
    return sql.execute(question, parameters_of(dataset_id, given, as_of)).fetchone()


def narrowed(given: Filter, as_of: int | None, more: list[str]) -> list[tuple[str, str]]:
    """Return the sources of the images of the filters, each with its conditions."""
    terms = [*_conditions(given, as_of), *more]
    return [(standing, " and ".join([*terms, *valid])) for standing, valid in _sources(given, as_of)]


def parameters_of(dataset_id: str, given: Filter, as_of: int | None) -> dict[str, object]:
    values = {name: getattr(given, name) for name in CONDITIONS}
    words, ids = name_query(given.name or ""), (given.among or "").split(",")
    begin, end = given.captured or (None, None)
    values |= {"captured_from": begin, "captured_until": end}
    return {**values, "name_words": words, "among_ids": ids, "dataset": dataset_id, "as_of": as_of}


def _sources(given: Filter, as_of: int | None) -> list[tuple[str, list[str]]]:
    """Return the source of a page and its condition. Where an index finds the few rows of a filter, those that stand so
    since then and those that stood so then are found apart: looking at every image would cost the whole dataset.
    """
    images, named = _images(given)
    if as_of is None:
        return [(f"{images} {AS_NOW}", named)]
    if given.suggested or given.order == "suggested" or not _is_indexed(given):
        return [(f"{images} {AS_THEN}", [*named, "i.ordinal <= %(as_of)s"])]
    named = [] if given.name is None else [MATCHES]
    return [
        (STANDING, [*named, "i.ordinal <= %(as_of)s", "i.valid_from <= %(as_of)s"]),
        (
            ENDED,
            [
                *named,
                f"s.dataset_key = {KEY}",
                "s.valid_from <= %(as_of)s",
                "s.valid_to > %(as_of)s",
            ],
        ),
    ]


def _images(given: Filter) -> tuple[str, list[str]]:
    """Return the source of the images, and the condition on their names that it leaves."""
    if given.name is None:
        return "image i", []
    if given.order == "suggested":
        return "image i", [MATCHES]
    return NAMED.format(direction="desc" if given.order == "newest" else "asc"), []


def _is_indexed(given: Filter) -> bool:
    set_to = {(name, getattr(given, name)) for name in ("verdict", "split", "defect_class")}
    return given.excluded or any(value is not None and (name, value) not in UNSET for name, value in set_to)


def _conditions(given: Filter, as_of: int | None) -> list[str]:
    terms = [f"s.excluded is {'not ' if given.excluded else ''}null"]
    for name, condition in CONDITIONS.items():
        if (value := getattr(given, name)) is not None:
            terms.append(UNSET.get((name, value), condition).format(group=_group(as_of)))
    return terms


def _group(as_of: int | None) -> str:
    return group_sql("s", grouping_at("%(dataset)s", None if as_of is None else "%(as_of)s"))


def _fields(standing: str, as_of: int | None, given: Filter | None = None) -> str:
    inner = given is not None and (given.suggested or given.order == "suggested")
    candidate = CANDIDATE if as_of is None else CANDIDATE_THEN
    return FIELDS.format(
        key=KEY,
        group=_group(as_of),
        standing=standing,
        join="join" if inner else "left join",
        candidates=rows_of("candidate", as_of),
        candidate_open=candidate,
    )


def images_as_of(as_of: int | None) -> str:
    """The question for images `i` and how they stood, `s`, at %(as_of)s or now; to be narrowed and put in order."""
    if as_of is None:
        return _fields(STANDING, None)
    return f"{_fields(STOOD, as_of)} and i.ordinal <= %(as_of)s"


def one(sql: Sql, dataset_id: str, image_id: str, as_of: int | None = None) -> Row | None:
    query = f"{_fields(STANDING if as_of is None else STOOD, as_of)} and i.image_id = %(image)s"
    return sql.execute(query, {"dataset": dataset_id, "image": image_id, "as_of": as_of}).fetchone()


def named(sql: Sql, dataset_id: str, text: str, limit: int) -> list[str]:
    """Return the ids of the images with this file name; else of those whose ids begin so."""
    rows = sql.execute(
        f"""select image_id, name = %(text)s as has_name from image where dataset_key = {KEY}
        and (name = %(text)s or starts_with(image_id, lower(%(text)s))) order by 2 desc, ordinal limit %(limit)s""",
        {"dataset": dataset_id, "text": text, "limit": limit},
    ).fetchall()
    by_name = [row["image_id"] for row in rows if row["has_name"]]
    return by_name or [row["image_id"] for row in rows]


def some(sql: Sql, dataset_id: str, image_ids: list[str], as_of: int | None = None) -> dict[str, Row]:
    """These images by id, each looked up by itself: a join might read the whole dataset."""
    each = f"{_fields(STANDING if as_of is None else STOOD, as_of)} and i.image_id = touched.id"
    rows = sql.execute(
        f"""select i.* from json_array_elements_text(%(images)s) as touched (id)
        cross join lateral ({each} limit 1) as i""",
        {"dataset": dataset_id, "images": json.dumps(image_ids), "as_of": as_of},
    )
    return {row["image_id"]: row for row in rows}


def versions(sql: Sql, dataset_id: str, image_id: str) -> list[int]:
    """The versions at which something happened to the image, oldest first."""
    rows = sql.execute(
        f"""select s.valid_from from image i cross join lateral (
            select i.valid_from union all select p.valid_from from image_past p
            where p.dataset_key = i.dataset_key and p.ordinal = i.ordinal
        ) as s where i.dataset_key = {KEY} and i.image_id = %(image)s order by 1""",
        {"dataset": dataset_id, "image": image_id},
    )
    return [row["valid_from"] for row in rows]


def place(row: Row, order: Order) -> object:
    """Return the place of a row in this order, after which the next page begins."""
    return row["rank" if order == "suggested" else "ordinal"]
