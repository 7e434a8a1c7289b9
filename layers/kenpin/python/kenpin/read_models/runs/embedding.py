"""The embedding map of a run, from its predictions file."""

from typing import Final, Literal

from msgspec import Struct

from kenpin.ports import ObjectStore
from kenpin.read_models.runs import predictions

MapValue = Literal["verdict", "split", "product", "line", "station", "camera", "light", "lot"]
COLUMNS: Final[dict[MapValue, str]] = {"verdict": "truth"}
"""Columns of the file whose names differ from the value's"""


class EmbeddingMap(Struct, frozen=True):
    """The images on the map with their places and values, each list in the same order."""

    images: int
    """Images of the run, on the map or not"""
    image_ids: list[str]
    x: list[float]
    y: list[float]
    values: list[str | None]


def embedding_map(objects: ObjectStore, file: str, by: MapValue) -> EmbeddingMap | None:
    """Return the map; None for a run from before there were maps, or of too few images."""
    import pyarrow.compute as pc  # a third of a second, and only few questions need it

    column = COLUMNS.get(by, by)
    table = predictions.read(objects, file, ("image_id", "embedding_x", "embedding_y", column))
    if "embedding_x" not in table.column_names:
        return None
    placed = table.filter(pc.is_valid(table["embedding_x"]))
    if not len(placed):
        return None
    ids, x, y, values = (
        placed[name].to_pylist() for name in ("image_id", "embedding_x", "embedding_y", column)
    )
    return EmbeddingMap(len(table), ids, x, y, values)
