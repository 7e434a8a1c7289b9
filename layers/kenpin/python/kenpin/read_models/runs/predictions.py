"""The scores of a run, read from its Parquet file: too many for rows, and fixed once written."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from kenpin.ports import ObjectStore
from kenpin.projections.database import Row
from kenpin.read_models.runs.class_scores import model_classes, named_scores
from kenpin.read_models.runs.scored_images import CountedSplit, Where, images_where

if TYPE_CHECKING:
    import pyarrow as pa

Order = Literal["score", "margin", "unfamiliar", "image"]
Cell = Literal["escape", "overkill", "true_ng", "true_ok"]
"""Verdict against model: where people say NG, an escape or found; where they say OK, an overkill or passed"""
COLUMNS: Final = ("image_id", "split", "truth", "score")
NEWER_COLUMNS: Final = ("unfamiliar", "class_scores")
"""Not in the files of older runs"""
MAP_COLUMNS: Final = ("heatmap", "regions")
"""Not in the files of runs before there were maps"""


class PredictionFilter(Struct, frozen=True):
    """Filter of predictions; None: all."""

    split: CountedSplit | Literal["pool"] | None = None
    image_id: str | None = None
    is_suspect: bool = False
    """Only images judged OK that the run left out of what it learnt, as they look NG"""
    unfamiliar_from: float | None = None
    """Only images at least so far from what was learnt: 1 is like nothing of it"""
    is_counted: bool = False
    """Only images that figures of the split count, with the scores that they count; needs a split"""
    where: tuple[Where, ...] = ()
    """Only counted images with these values; needs a split"""
    cell: Cell | None = None
    """Only images of this cell at `low`"""
    low: float | None = None
    """The threshold of the cell; without one, the lowest score. None: the threshold of the run"""
    high: float | None = None
    """Only scores below it"""
    zone: tzinfo = UTC
    """The zone of the site, in which days of `where` are"""


class FoundPredictions(Struct, frozen=True):
    """Rows of a page, and the number of all that match."""

    rows: list[Row]
    total: int


def page(
    objects: ObjectStore,
    predictions: str,
    *,
    threshold: float,
    given: PredictionFilter,
    order: Order = "score",
    with_maps: bool = False,
    start: int = 0,
    limit: int = 100,
) -> FoundPredictions:
    """Rows `start` .. `start + limit`: highest score, nearest to the threshold or least familiar first, or by image.

    `classes` of a row: each class that the model scores, the likeliest first.
    """
    import pyarrow.compute as pc  # a third of a second, and only this question needs it

    shown = (*COLUMNS, *NEWER_COLUMNS, *(MAP_COLUMNS if with_maps else ()))
    table = read(objects, predictions, (*shown, "is_suspect"))
    names = model_classes(table.schema.metadata) or ()
    if given.is_counted or given.where:
        table = _counted(table, objects, predictions, given)
    elif given.split is not None:
        table = table.filter(pc.equal(table["split"], given.split))
    low = threshold if given.low is None else given.low
    table = _scored(_narrowed(table, given), given, low)
    table = table.append_column("margin", pc.abs(pc.subtract(table["score"], low)))
    if order == "unfamiliar" and "unfamiliar" not in table.column_names:
        order = "image"
    keys = {
        "score": [("score", "descending")],
        "margin": [("margin", "ascending")],
        "unfamiliar": [("unfamiliar", "descending")],
        "image": [],
    }
    wanted = table.sort_by([*keys[order], ("image_id", "ascending")]).slice(start, limit)
    rows: list[Row] = wanted.select([name for name in shown if name in wanted.column_names]).to_pylist()
    found = [{**row, "classes": named_scores(names, row.pop("class_scores", None))} for row in rows]
    return FoundPredictions(found, len(table))


def _counted(table: pa.Table, objects: ObjectStore, predictions: str, given: PredictionFilter) -> pa.Table:
    """Return the counted images: those of the training part with scores by models that had not seen them."""
    import pyarrow.compute as pc

    if given.split is None or given.split == "pool":
        return table.slice(0, 0)
    images = images_where(objects, predictions, given.split, given.where, given.zone)
    places = pc.index_in(table["image_id"], images["image_id"].combine_chunks())
    table, places = table.filter(pc.is_valid(places)), places.drop_null()
    for name in ("score", "class_scores"):
        if name in table.column_names:
            place = table.schema.get_field_index(name)
            table = table.set_column(place, name, images[name].take(places))
    return table


def _scored(table: pa.Table, given: PredictionFilter, low: float) -> pa.Table:
    """Return the images of the cell, and those between two scores."""
    import pyarrow.compute as pc

    is_above = pc.greater_equal(table["score"], low)
    if given.cell is not None:
        says_ng = given.cell in ("true_ng", "overkill")
        is_ng = given.cell in ("true_ng", "escape")
        truth = pc.equal(table["truth"], "NG" if is_ng else "OK")
        return table.filter(pc.and_(truth, is_above if says_ng else pc.invert(is_above)))
    if given.high is not None:
        return table.filter(pc.and_(is_above, pc.less(table["score"], given.high)))
    return table


def read(objects: ObjectStore, predictions: str, columns: tuple[str, ...]) -> pa.Table:
    """Return those of the columns that the file has."""
    import pyarrow.parquet as pq

    with objects.open(f"predictions/{predictions}.parquet") as body:
        file = pq.ParquetFile(body)
        return file.read([name for name in columns if name in file.schema_arrow.names])


def _narrowed(table: pa.Table, given: PredictionFilter) -> pa.Table:
    import pyarrow.compute as pc

    if given.image_id is not None:
        table = table.filter(pc.equal(table["image_id"], given.image_id))
    if given.is_suspect:
        table = table.filter(table["is_suspect"]) if "is_suspect" in table.column_names else table.slice(0, 0)
    if given.unfamiliar_from is not None:
        known = "unfamiliar" in table.column_names
        least = given.unfamiliar_from
        table = table.filter(pc.greater_equal(table["unfamiliar"], least)) if known else table.slice(0, 0)
    return table


def distances(objects: ObjectStore, predictions: str) -> list[Row]:
    """Return score and distance of every image; no distance and no use in files from before there were any."""
    rows: list[Row] = read(objects, predictions, (*COLUMNS, "unfamiliar", "use")).to_pylist()
    return rows


def is_learnt(row: Row) -> bool:
    """Return True for an image that the run learnt from: in older files one judged, and in no split held back."""
    if "use" in row:
        return bool(row["use"] == "train")
    return row["truth"] in ("OK", "NG") and row["split"] in (None, "train")


def score_of(objects: ObjectStore, predictions: str, image_id: str) -> tuple[float, bool] | None:
    """The run's score of one image, and whether its model had learnt from it; None where it was not there yet.

    Of an image that was learnt from it is the score by a model that had not seen it, where there is one.
    """
    import pyarrow.parquet as pq

    with objects.open(f"predictions/{predictions}.parquet") as body:
        columns = ["score", "fold_score", "split", "truth"]
        table = pq.read_table(body, columns=columns, filters=[("image_id", "==", image_id)])
    for row in table.to_pylist():
        fold = row["fold_score"]
        return (row["score"] if fold is None else fold, fold is not None)
    return None
