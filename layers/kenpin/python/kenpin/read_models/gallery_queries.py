"""The gallery's questions: a page by filters, one image, all as of any version."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from kenpin.read_models.database import Row, Sql
from kenpin.read_models.gallery_table import NOW, at

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
select i.image_id, i.name, i.ordinal, s.revision, s.verdict, s.split, s.excluded, s.annotation, s.annotated_by,
    s.annotated_at, s.annotated_in, s.review, s.capture, i.width, i.height, i.size, i.media_type, i.registered_at,
    k.suggestion_id, k.rank, k.reason, k.score, k.control,
    (select reason from erasure e where e.dataset_id = i.dataset_id and e.image_id = i.image_id) as erased
from image i cross join lateral ({standing}) as s
{join} candidate k on k.dataset_id = i.dataset_id and k.image_id = i.image_id and {candidate_valid}
where i.dataset_id = %(dataset)s"""

LIVE: Final = "k.valid_to is null"
AS_OF: Final = "k.valid_from <= %(as_of)s and (k.valid_to is null or k.valid_to > %(as_of)s)"

CONDITIONS: Final[Mapping[str, str]] = {
    "verdict": "s.verdict = %(verdict)s",
    "split": "s.split = %(split)s",
    "defect_class": "s.defect_classes ? %(defect_class)s",
    "product": "s.capture ->> 'product' = %(product)s",
    "line": "s.capture ->> 'line' = %(line)s",
    "light": "s.capture ->> 'light' = %(light)s",
}
UNSET: Final = {("verdict", "unlabelled"): "s.verdict is null", ("split", "unassigned"): "s.split is null"}
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
    terms = [f"s.excluded is {'not ' if given.excluded else ''}null"]
    for name, condition in CONDITIONS.items():
        if (value := getattr(given, name)) is not None:
            terms.append(UNSET.get((name, value), condition))
    return terms


def _fields(as_of: int | None, join: str) -> str:
    now = as_of is None
    fields = FIELDS.format(
        standing=NOW if now else at("%(as_of)s"), join=join, candidate_valid=LIVE if now else AS_OF
    )
    return fields if now else f"{fields} and i.ordinal <= %(as_of)s"


def one(sql: Sql, dataset_id: str, image_id: str, as_of: int | None = None) -> Row | None:
    query = f"{_fields(as_of, 'left join')} and i.image_id = %(image)s"
    return sql.execute(query, {"dataset": dataset_id, "image": image_id, "as_of": as_of}).fetchone()


def versions(sql: Sql, dataset_id: str, image_id: str) -> list[int]:
    """The versions at which something happened to the image, oldest first."""
    rows = sql.execute(
        """select s.valid_from from image i cross join lateral (
            select i.valid_from union all select p.valid_from from image_past p
            where p.dataset_id = i.dataset_id and p.ordinal = i.ordinal
        ) as s where i.dataset_id = %(dataset)s and i.image_id = %(image)s order by 1""",
        {"dataset": dataset_id, "image": image_id},
    )
    return [row["valid_from"] for row in rows]


def place(row: Row, order: Order) -> object:
    """Where a row stands in this order: what the next page begins after."""
    return row["rank" if order == "suggested" else "ordinal"]
