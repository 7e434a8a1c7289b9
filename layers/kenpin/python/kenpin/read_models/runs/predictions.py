"""The scores of a run, read from its Parquet file: too many for rows, and fixed once written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from kenpin.ports import ObjectStore
from kenpin.projections.database import Row
from kenpin.read_models.runs.class_scores import model_classes, named_scores
from kenpin.read_models.runs.scored_images import CountedSplit, Where, ids_where

if TYPE_CHECKING:
    import pyarrow as pa

Order = Literal["score", "margin", "unfamiliar", "image"]
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
    where: tuple[Where, ...] = ()
    """Only images that figures of the split count, with these values; needs a split"""


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
) -> list[Row]:
    """Rows `start` .. `start + limit`: highest score, nearest to the threshold or least familiar first, or by image.

    `classes` of a row: each class that the model scores, the likeliest first.
    """
    import pyarrow.compute as pc  # a third of a second, and only this question needs it

    shown = (*COLUMNS, *NEWER_COLUMNS, *(MAP_COLUMNS if with_maps else ()))
    table = _narrowed(read(objects, predictions, (*shown, "is_suspect")), given)
    names = model_classes(table.schema.metadata) or ()
    if given.where and given.split is not None and given.split != "pool":
        ids = ids_where(objects, predictions, given.split, given.where)
        table = table.filter(pc.is_in(table["image_id"], ids.combine_chunks()))
    table = table.append_column("margin", pc.abs(pc.subtract(table["score"], threshold)))
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
    return [{**row, "classes": named_scores(names, row.pop("class_scores", None))} for row in rows]


def read(objects: ObjectStore, predictions: str, columns: tuple[str, ...]) -> pa.Table:
    """Return those of the columns that the file has."""
    import pyarrow.parquet as pq

    with objects.open(f"predictions/{predictions}.parquet") as body:
        file = pq.ParquetFile(body)
        return file.read([name for name in columns if name in file.schema_arrow.names])


def _narrowed(table: pa.Table, given: PredictionFilter) -> pa.Table:
    import pyarrow.compute as pc

    if given.split is not None:
        table = table.filter(pc.equal(table["split"], given.split))
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
