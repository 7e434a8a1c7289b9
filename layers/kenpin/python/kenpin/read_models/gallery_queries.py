"""The gallery's questions: a page by filters, one image, all as of any version."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from kenpin.read_models.database import Row, Sql

Order = Literal["registered", "newest", "suggested"]


class Filter(Struct, frozen=True):
    """What a page shows; None does not filter."""

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
    order: Order = "registered"


FIELDS: Final = """
select i.image_id, i.name, i.ordinal, i.revision, i.verdict, i.split, i.excluded, i.annotation, i.annotated_by,
    i.annotated_at, i.annotated_in, i.review, i.capture, i.width, i.height, i.size, i.media_type, i.registered_at,
    k.suggestion_id, k.rank, k.reason, k.score, k.control
from image i {join} candidate k on k.dataset_id = i.dataset_id and k.image_id = i.image_id and {candidate_valid}
where i.dataset_id = %(dataset)s and {image_valid}"""

LIVE: Final = "{0}.valid_to is null"
AS_OF: Final = "{0}.valid_from <= %(as_of)s and ({0}.valid_to is null or {0}.valid_to > %(as_of)s)"

CONDITIONS: Final[Mapping[str, str]] = {
    "verdict": "i.verdict = %(verdict)s",
    "split": "i.split = %(split)s",
    "defect_class": "i.defect_classes ? %(defect_class)s",
    "product": "i.capture ->> 'product' = %(product)s",
    "line": "i.capture ->> 'line' = %(line)s",
    "light": "i.capture ->> 'light' = %(light)s",
}
UNSET: Final = {("verdict", "unlabelled"): "i.verdict is null", ("split", "unassigned"): "i.split is null"}
ORDERS: Final[Mapping[Order, tuple[str, str]]] = {
    "registered": ("i.ordinal", ">"),
    "newest": ("i.ordinal", "<"),
    "suggested": ("k.rank", ">"),
}


def page(
    sql: Sql, dataset_id: str, given: Filter, *, after: int | None, limit: int, as_of: int | None = None
) -> list[Row]:
    """Images in order, those after place `after` (an ordinal, or a rank when ordered by suggestion)."""
    column, beyond = ORDERS[given.order]
    inner = given.suggested or given.order == "suggested"
    terms = [_fields(as_of, "join" if inner else "left join"), *_conditions(given)]
    if after is not None:
        terms.append(f"{column} {beyond} %(after)s")
    direction = "asc" if beyond == ">" else "desc"
    query = f"{' and '.join(terms)} order by {column} {direction} limit %(limit)s"
    parameters = {name: getattr(given, name) for name in CONDITIONS}
    return sql.execute(
        query, {**parameters, "dataset": dataset_id, "as_of": as_of, "after": after, "limit": limit}
    ).fetchall()


def _conditions(given: Filter) -> list[str]:
    terms = [f"i.excluded is {'not ' if given.excluded else ''}null"]
    for name, condition in CONDITIONS.items():
        if (value := getattr(given, name)) is not None:
            terms.append(UNSET.get((name, value), condition))
    return terms


def _fields(as_of: int | None, join: str) -> str:
    return FIELDS.format(join=join, candidate_valid=valid("k", as_of), image_valid=valid("i", as_of))


def image_fields(as_of: int | None) -> str:
    """The question for images `i`, as they stood at %(as_of)s or now, to be narrowed and put in order."""
    return _fields(as_of, "left join")


def valid(row: str, as_of: int | None) -> str:
    """The condition that a row stood at %(as_of)s, or stands now."""
    return (LIVE if as_of is None else AS_OF).format(row)


PLACE: Final = """(select ordinal from image
    where dataset_id = %(dataset)s and image_id = %(image)s and valid_to is null)"""
"""Only live rows are found by digest; an image's place leads to all of its rows."""


def one(sql: Sql, dataset_id: str, image_id: str, as_of: int | None = None) -> Row | None:
    which = "i.image_id = %(image)s" if as_of is None else f"i.ordinal = {PLACE}"
    query = f"{_fields(as_of, 'left join')} and {which}"
    return sql.execute(query, {"dataset": dataset_id, "image": image_id, "as_of": as_of}).fetchone()


def versions(sql: Sql, dataset_id: str, image_id: str) -> list[int]:
    """The versions at which something happened to the image, oldest first."""
    rows = sql.execute(
        f"select valid_from from image where dataset_id = %(dataset)s and ordinal = {PLACE} order by valid_from",
        {"dataset": dataset_id, "image": image_id},
    )
    return [row["valid_from"] for row in rows]


def place(row: Row, order: Order) -> object:
    """Where a row stands in this order: what the next page begins after."""
    return row["rank" if order == "suggested" else "ordinal"]
