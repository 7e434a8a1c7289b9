"""Queries about reviews: what waits, what came back to whom, what training leaves out."""

from typing import Final, Literal

from msgspec import Struct

from kenpin.domain.dataset.eligibility import learnt_from, left_out_judgement
from kenpin.domain.ids import ImageId
from kenpin.projections.database import Row, Sql
from kenpin.read_models.gallery.queries import STANDING, STOOD, images_as_of
from kenpin.read_models.gallery.table import KEY, key_of

Order = Literal["oldest", "doubtful"]
COUNTED: Final = 10_000
"""Counters stop here: beyond it "more" says enough, and a count would read every image that waits."""


class Waiting(Struct, frozen=True):
    """The filters of waiting annotations; None does not filter."""

    verdict: str | None = None
    defect_class: str | None = None
    author: str | None = None
    not_author: str | None = None
    """For somebody who must not review their own."""
    order: Order = "oldest"


TO_REVIEW: Final = "s.annotated_in is not null and s.review is null and s.excluded is null"
RETURNED: Final = "s.review = 'returned' and s.excluded is null"
FILTERS: Final = {
    "verdict": "s.verdict = %(verdict)s",
    "defect_class": "s.defect_classes ? %(defect_class)s",
    "author": "s.annotated_by = %(author)s",
    "not_author": "s.annotated_by <> %(not_author)s",
}
WHY: Final = """
left join lateral (
    select suggestion_id, reason, score from candidate c
    where c.dataset_id = %(dataset)s and c.suggestion_id = q.annotation ->> 'suggestion_id'
        and c.image_id = q.image_id order by suggested_in desc limit 1
) as asked on true"""
"""The suggestion that the annotation answered."""
SURE: Final = "case s.verdict when 'NG' then a.score when 'OK' then 1 - a.score else 0 end"
"""SQL for the model's agreement with the person, 0..1; 0 for HOLD."""


def page(
    sql: Sql,
    dataset_id: str,
    given: Waiting,
    *,
    after: tuple[float, int] | None,
    limit: int,
    as_of: int | None,
) -> list[Row]:
    """Annotations nobody has reviewed: oldest first, or those first that the model contradicts most.

    `after`: how sure, and the version annotated in, of the row that the page before ended with.
    The second order has only answers to suggestions that came with a score.
    """
    terms = [TO_REVIEW, *(term for name, term in FILTERS.items() if getattr(given, name) is not None)]
    shown = _doubtful(terms, after, as_of) if given.order == "doubtful" else _oldest(terms, after, as_of)
    values = {name: getattr(given, name) for name in FILTERS}
    place = {"sure": after[0], "annotated_in": after[1]} if after else {}
    return sql.execute(
        shown, {**values, **place, "dataset": dataset_id, "limit": limit, "as_of": as_of}
    ).fetchall()


def _standing(as_of: int | None) -> str:
    """Images `i` and how they stood, `s`."""
    return STANDING if as_of is None else STOOD


def _oldest(terms: list[str], after: tuple[float, int] | None, as_of: int | None) -> str:
    if after:
        terms = [*terms, "s.annotated_in > %(annotated_in)s"]
    return f"""select q.*, asked.reason as asked_reason, asked.score as asked_score, 0::float8 as sure
        from ({images_as_of(as_of)} and {" and ".join(terms)}
            order by s.annotated_in limit %(limit)s) as q {WHY} order by q.annotated_in"""


def _doubtful(terms: list[str], after: tuple[float, int] | None, as_of: int | None) -> str:
    """From the answered suggestions to their images: there are far fewer of them."""
    if after:
        terms = [*terms, f"({SURE}, s.annotated_in) > (%(sure)s, %(annotated_in)s)"]
    return f"""with doubted as (
        select i.ordinal, a.reason, a.score, {SURE} as sure
        from candidate a join {_standing(as_of)}
            on i.dataset_key = {KEY} and i.image_id = a.image_id
        where a.dataset_id = %(dataset)s and a.score is not null and a.outcome in ('OK', 'NG', 'HOLD')
            and a.suggestion_id = s.annotation ->> 'suggestion_id' and {" and ".join(terms)}
        order by sure, s.annotated_in limit %(limit)s)
    select q.*, d.reason as asked_reason, d.score as asked_score, d.sure from doubted d
        join lateral ({images_as_of(as_of)} and i.ordinal = d.ordinal limit 1) as q on true
        order by d.sure, q.annotated_in"""


def returned(
    sql: Sql, dataset_id: str, author: str, *, after: int | None, limit: int, as_of: int | None
) -> list[Row]:
    """Annotations of this person that came back, oldest first, with what the reviewer said."""
    return sql.execute(
        f"""select q.*, r.reason as return_reason, r.confused, r.reviewed_by, r.reviewed_at
        from ({images_as_of(as_of)} and {RETURNED} and s.annotated_by = %(author)s
            and s.annotated_in > %(after)s order by s.annotated_in limit %(limit)s) as q
        left join lateral (
            select reason, confused, reviewed_by, reviewed_at from review r
            where r.dataset_id = %(dataset)s and r.image_id = q.image_id and r.outcome = 'returned'
                and (%(as_of)s::bigint is null or r.version <= %(as_of)s)
            order by version desc limit 1
        ) as r on true order by q.annotated_in""",
        {"dataset": dataset_id, "author": author, "after": after or 0, "limit": limit, "as_of": as_of},
    ).fetchall()


def counts(sql: Sql, dataset_id: str, person: str | None) -> Row:
    """Count what waits, the person's own of it, and what came back to them; up to COUNTED."""
    row = sql.execute(
        f"""with waiting as (select s.annotated_by, s.annotated_at from {STANDING}
            where i.dataset_key = {KEY} and {TO_REVIEW}
            order by s.annotated_in limit {COUNTED})
        select count(*) as waiting, count(*) filter (where annotated_by = %(person)s) as own,
            min(annotated_at) as oldest,
            (select count(*) from (select from {STANDING} where i.dataset_key = {KEY}
                and {RETURNED} and s.annotated_by = %(person)s limit {COUNTED}) as mine) as returned_to_me
        from waiting""",
        {"dataset": dataset_id, "person": person},
    ).fetchone()
    assert row is not None
    return row


def authors(sql: Sql, dataset_id: str, image_ids: list[ImageId]) -> list[Row]:
    """Whose annotation stands on each of these images, and the image's revision then."""
    return sql.execute(
        f"""select i.image_id, i.annotated_by, i.revision from unnest(%s::text[]) as asked (id) cross join lateral (
            select * from image where dataset_key = {key_of("%s")} and image_id = asked.id limit 1
        ) as i""",
        (image_ids, dataset_id),
    ).fetchall()


def left_out(sql: Sql, dataset_id: str, as_of: int | None, *, accepted_only: bool) -> list[Row]:
    """Return how many judged images a run does without, by verdict and by whether it would learn from them.

    It reads all that was returned, and with `accepted_only` all that waits: right for a person who asks for a run,
    and for nothing that happens often.
    """
    return sql.execute(
        f"""select s.verdict, {learnt_from("s")} as learnt_from, count(*)::int as images
        from {_standing(as_of)} where i.dataset_key = {KEY} and {left_out_judgement("s", accepted_only)}
        group by 1, 2""",
        {"dataset": dataset_id, "as_of": as_of},
    ).fetchall()
