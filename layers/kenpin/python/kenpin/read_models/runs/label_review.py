"""The labels that a run doubts, read from its predictions file: most doubtful first, with reasons."""

from typing import Final

from kenpin.ports import ObjectStore
from kenpin.projections.database import Row
from kenpin.read_models.runs.predictions import COLUMNS, MAP_COLUMNS, read

EVEN: Final = 0.5
"""From this doubt on the other verdict is likelier. A label that something else speaks against has at least this."""
DOUBT_COLUMNS: Final = ("label_doubt", "is_suspect", "judged_otherwise")
"""Not in the files of runs before there was a label review"""


def page(
    objects: ObjectStore, predictions: str, *, with_maps: bool = False, start: int = 0, limit: int = 100
) -> list[Row]:
    """Return rows `start` .. `start + limit` of the labels that the run has an opinion on; none of older runs."""
    import pyarrow.compute as pc

    maps = MAP_COLUMNS if with_maps else ()
    table = read(objects, predictions, (*COLUMNS, *DOUBT_COLUMNS, *maps))
    if not set(DOUBT_COLUMNS) <= set(table.column_names):
        return []
    against = pc.or_(table["is_suspect"], pc.greater(pc.list_value_length(table["judged_otherwise"]), 0))
    doubt = pc.max_element_wise(table["label_doubt"], pc.if_else(against, EVEN, None))
    table = table.drop_columns(["label_doubt"]).append_column("label_doubt", doubt)
    table = table.filter(pc.is_valid(doubt))
    order = [("label_doubt", "descending"), ("image_id", "ascending")]
    rows: list[Row] = table.sort_by(order).slice(start, limit).to_pylist()
    return rows


def reasons(row: Row) -> list[str]:
    """Return what speaks against the label; empty where its verdict is the likelier one."""
    speaks = {
        "near_duplicate": bool(row["judged_otherwise"]),
        "suspect": row["is_suspect"],
        "self_confidence": row["label_doubt"] > EVEN,
    }
    return [reason for reason, is_so in speaks.items() if is_so]
