"""The read of the differences between two versions of a dataset."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Annotated, Final, get_args

import msgspec
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.datasets.answers import Counts
from functions.api.history.answers import Diff, Kind, Leak, Relabelled, Side, Summary
from functions.http.as_of import version_as_of
from functions.http.errors import WrongOrder
from functions.http.paging import NUMBER, Cursor, Limit, decoded, encoded, fitting, found, rows
from functions.http.pictures import ShownImages, mask_urls
from functions.http.resolver import new_router
from functions.runtime.event import Json
from kenpin.domain.dataset.overlap import match_defects
from kenpin.domain.dataset.values import Defect
from kenpin.projections.database import Row, Sql
from kenpin.read_models.datasets import queries as datasets
from kenpin.read_models.gallery import counts
from kenpin.read_models.history import diff
from kenpin.read_models.history import queries as changes
from kenpin.read_models.history.diff import COUNTED, Range

router = new_router()
Version = Annotated[
    str, Query(max_length=64, description="A version, a tag or an ISO 8601 time; 0: the start.")
]
FIELDS: Final = {"annotated_in": "annotation", "group_name": "group"} | {
    name: name for name in ("review", "split", "excluded", "capture")
}
VERDICT_KINDS: Final = {"labelled", "relabelled", "withdrawn"}


@router.get("/datasets/<dataset_id>/diff", tags=["history"])
def dataset_diff(
    dataset_id: str,
    from_: Annotated[
        str, Query(alias="from", max_length=64, description="A version, tag or time; 0: the start.")
    ],
    to: Version,
    kind: Kind | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Diff:
    """List the images that differ, in the order of their first change. The summary comes with the first page."""
    between = _between(dataset_id, from_, to)
    with rows() as sql:
        found({} if datasets.project_of(sql, dataset_id) else None, "dataset", dataset_id)
        shown = diff.page(sql, between, after=_place(cursor), limit=limit + 1, kind=kind)
        items = [row for row in shown[:limit] if row["kinds"]]
        who = _authors(sql, between, items)
        images = ShownImages(sql, ((dataset_id, row["image_id"]) for row in items))
        summary = _summary(sql, between) if cursor is None else None
        answers = fitting(_item(row, who[row["ordinal"]], dataset_id, images) for row in items)
    if len(answers) < len(items):
        last: Row | None = items[len(answers) - 1]
    else:
        last = shown[limit - 1] if len(shown) > limit else None
    return Diff.model_validate(
        {
            "before": between.before,
            "after": between.after,
            "summary": summary,
            "items": answers,
            "next_cursor": last and encoded(f"{last['first_change']}.{last['ordinal']}"),
        }
    )


def _between(dataset_id: str, before: str, after: str) -> Range:
    stream = f"dataset-{dataset_id}"
    first = 0 if before == "0" else version_as_of(stream, before, "gallery") or 0
    last = version_as_of(stream, after, "gallery") or 0
    if first > last:
        raise WrongOrder(first, last)
    return Range(dataset_id, first, last)


def _place(cursor: str | None) -> tuple[int, int]:
    if cursor is None:
        return 0, 0
    version, ordinal = decoded(cursor, rf"({NUMBER})\.({NUMBER})")
    return int(version), int(ordinal)


def _authors(sql: Sql, between: Range, items: Sequence[Row]) -> dict[int, list[Json]]:
    """Return, by ordinal, the author of each field that differs, from the commits."""
    again = [row["ordinal"] for row in items if row["last_change"] != row["first_change"]]
    steps = {
        ordinal: list(of_image)
        for ordinal, of_image in groupby(diff.steps(sql, between, again), key=lambda step: step["ordinal"])
    }
    last = {row["ordinal"]: dict(_last_changes(row, steps.get(row["ordinal"], []))) for row in items}
    versions = sorted({version for of_image in last.values() for version in of_image.values()})
    commits = changes.holding_each(sql, f"dataset-{between.dataset_id}", versions)
    return {
        row["ordinal"]: [_change(row, *change, commits) for change in last[row["ordinal"]].items()]
        for row in items
    }


def _last_changes(row: Row, steps: Sequence[Row]) -> Iterator[tuple[str, int]]:
    """Yield each field whose value differs at the end, with the version that set it."""
    if row["came_in"]:
        yield "image", row["ordinal"]
    for column, field in FIELDS.items():
        if row[f"b_{column}"] == row[f"a_{column}"] or (row["came_in"] and column == "capture"):
            continue
        moved = [b["valid_from"] for a, b in pairwise(steps) if a[column] != b[column]]
        yield field, moved[-1] if moved else row["last_change"]


def _change(row: Row, field: str, version: int, commits: Mapping[int, Row]) -> Json:
    """Describe the change of a field. Two fields carry their own reason; others take the commit's."""
    known = {"annotation": (row["a_annotation"] or {}).get("reason"), "excluded": row["a_excluded"]}
    commit = commits[version]
    why = known.get(field) or commit["reason"]
    author = {"by": commit["actor"], "at": commit["recorded_at"], "why": why}
    return {"field": field, "version": version, **author}


def _item(row: Row, who: list[Json], dataset_id: str, images: ShownImages) -> Json:
    """Return plain values: validating a page as a whole is cheaper than part by part."""
    erased = images.is_erased(dataset_id, row["image_id"])
    before = None if row["came_in"] else _standing(row, "b", erased=erased)
    after = _standing(row, "a", erased=erased)
    return {
        **{name: row[name] for name in ("image_id", "ordinal", "name", "width", "height", "kinds")},
        "before": before,
        "after": after,
        "changes": who,
        "shapes": _shapes(before["defects"], after["defects"]) if before else [],
        **images.addresses(dataset_id, row["image_id"]),
    }


def _shapes(before: list[Json], after: list[Json]) -> list[Json]:
    if before == after:
        return []
    pairs = match_defects(msgspec.convert(before, list[Defect]), msgspec.convert(after, list[Defect]))
    return [msgspec.to_builtins(pair) for pair in pairs]


def _standing(row: Row, side: str, *, erased: bool) -> Json:
    annotation = row[f"{side}_annotation"] or {}
    defects = annotation.get("defects", [])
    judged = {
        "by": row[f"{side}_annotated_by"],
        "at": row[f"{side}_annotated_at"],
        "version": row[f"{side}_annotated_in"],
        "reason": annotation.get("reason", ""),
        "label_book_revision": annotation.get("label_book_revision", 0),
    }
    return {
        **{name: row[f"{side}_{name}"] for name in ("verdict", "review", "split", "excluded", "capture")},
        "group": row[f"{side}_group_name"],
        "defects": defects,
        "mask_urls": mask_urls(defects, erased=erased),
        "judged": judged if annotation else None,
    }


def _summary(sql: Sql, between: Range) -> Summary:
    tally = diff.tally(sql, between)
    leaks = diff.leaks(sql, between) if any(row["may_leak"] for row in tally) else []
    kinds: Counter[str] = Counter()
    for row in tally:
        kinds.update(dict.fromkeys(row["kinds"], row["images"]))
    verdict_changes: Counter[tuple[str, str]] = Counter()
    for row in tally:
        if VERDICT_KINDS & set(row["kinds"]):
            verdict_changes[row["before"], row["after"]] += row["images"]
    return Summary(
        before=_side(sql, between.dataset_id, between.before),
        after=_side(sql, between.dataset_id, between.after),
        kinds={kind: kinds[kind] for kind in get_args(Kind) if kinds[kind]},
        verdicts=[Relabelled(before=b, after=a, images=n) for (b, a), n in verdict_changes.most_common()],
        leaks=[Leak.model_validate(row) for row in leaks],
        complete=sum(row["images"] for row in tally) < COUNTED,
    )


def _side(sql: Sql, dataset_id: str, version: int) -> Side:
    cells = counts.at_version(sql, dataset_id, version)
    whole = [cell for cell in cells if cell["class_id"] == ""]
    verdicts: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    for cell in cells:
        if not cell["excluded"]:
            (classes if cell["class_id"] else verdicts)[cell["class_id"] or cell["verdict"]] += cell["images"]
    return Side(
        version=version,
        images=sum(cell["images"] for cell in whole),
        excluded=sum(cell["images"] for cell in whole if cell["excluded"]),
        counts=Counts(**verdicts),
        classes=dict(sorted(classes.items())),
    )
