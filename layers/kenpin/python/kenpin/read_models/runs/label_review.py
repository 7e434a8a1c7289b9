"""The labels that a run doubts, read from its predictions file: most doubtful first, with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kenpin.ports import ObjectStore
from kenpin.projections.database import Row
from kenpin.read_models.runs.class_scores import likelier_class, model_classes
from kenpin.read_models.runs.predictions import COLUMNS, MAP_COLUMNS, read

if TYPE_CHECKING:
    import pyarrow as pa

EVEN: Final = 0.5
"""From this doubt on the other verdict is likelier. A label that something else speaks against has at least this."""
DOUBT_COLUMNS: Final = ("label_doubt", "is_suspect", "judged_otherwise")
"""Not in the files of runs before there was a label review"""
CLASS_COLUMNS: Final = ("classes", "fold_class_scores")
"""Not in the files of runs before classes were scored"""


def page(
    objects: ObjectStore, predictions: str, *, with_maps: bool = False, start: int = 0, limit: int = 100
) -> list[Row]:
    """Return rows `start` .. `start + limit` of the labels that the run has an opinion on; none of older runs."""
    import pyarrow.compute as pc

    maps = MAP_COLUMNS if with_maps else ()
    table = read(objects, predictions, (*COLUMNS, *DOUBT_COLUMNS, *CLASS_COLUMNS, *maps))
    if not set(DOUBT_COLUMNS) <= set(table.column_names):
        return []
    likelier = _likelier_classes(table)
    against = pc.or_(table["is_suspect"], pc.greater(pc.list_value_length(table["judged_otherwise"]), 0))
    against = pc.or_(against, pc.is_valid(likelier))
    doubt = pc.max_element_wise(table["label_doubt"], pc.if_else(against, EVEN, None))
    table = table.drop_columns(
        ["label_doubt", *(name for name in CLASS_COLUMNS if name in table.column_names)]
    )
    table = table.append_column("label_doubt", doubt).append_column("likelier_class", likelier)
    table = table.filter(pc.is_valid(doubt))
    order = [("label_doubt", "descending"), ("image_id", "ascending")]
    rows: list[Row] = table.sort_by(order).slice(start, limit).to_pylist()
    return rows


def _likelier_classes(table: pa.Table) -> pa.Array:
    """Return the class that is likely where none of those that people named is, for each image."""
    import pyarrow as pa

    names = model_classes(table.schema.metadata)
    if names is None or not set(CLASS_COLUMNS) <= set(table.column_names):
        return pa.nulls(len(table), pa.string())
    named, scores = (table[name].to_pylist() for name in CLASS_COLUMNS)
    pairs = zip(named, scores, strict=True)
    return pa.array([likelier_class(marked or (), names, told) for marked, told in pairs], pa.string())


def reasons(row: Row) -> list[str]:
    """Return what speaks against the label; empty where its verdict is the likelier one."""
    speaks = {
        "near_duplicate": bool(row["judged_otherwise"]),
        "suspect": row["is_suspect"],
        "self_confidence": row["label_doubt"] > EVEN,
        "other_class": row["likelier_class"] is not None,
    }
    return [reason for reason, is_so in speaks.items() if is_so]
