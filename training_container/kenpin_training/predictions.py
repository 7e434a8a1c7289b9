"""The score of every image of a run as a Parquet file: the same bytes for the same scores."""

import io
from collections.abc import Iterable
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct, structs

from kenpin.domain.ids import ImageId, Split, Verdict
from kenpin_training.pipeline.regions import Region

REGION: Final = pa.struct(
    [
        pa.field("box", pa.list_(pa.float64(), 4)),
        pa.field("area", pa.float64()),
        pa.field("length", pa.float64()),
        pa.field("score", pa.float64()),
        pa.field("class_id", pa.string()),
    ]
)
SCHEMA: Final = pa.schema(
    [
        pa.field("image_id", pa.string(), nullable=False),
        pa.field("split", pa.string()),
        pa.field("truth", pa.string()),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("fold_score", pa.float64()),
        pa.field("heatmap", pa.binary()),
        pa.field("regions", pa.list_(REGION)),
        pa.field("is_suspect", pa.bool_()),
        pa.field("unfamiliar", pa.float64()),
    ]
)


class PredictionRow(Struct, frozen=True):
    image_id: ImageId
    split: Split | None
    truth: Verdict | None
    """The verdict of people; None where there is none."""
    score: float
    """0..1, high is NG"""
    fold_score: float | None = None
    """Of an image that was learnt from: its score by a model that had not seen it."""
    heatmap: bytes | None = None
    """A grey PNG, smaller than the image: white is NG. None where the run kept no map of the image."""
    regions: list[Region] = []
    """Parts of the image that the model judges NG, in its pixels"""
    is_suspect: bool = False
    """Judged OK, but left out of what was learnt, as it looks NG"""
    unfamiliar: float | None = None
    """Distance to what was learnt: 1 and more is like nothing of it. None where nothing says how far is far."""


def to_parquet(predictions: Iterable[PredictionRow]) -> bytes:
    rows = [{name: getattr(p, name) for name in SCHEMA.names} for p in predictions]
    for row in rows:
        row["regions"] = [structs.asdict(region) for region in row["regions"]]
    body = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), body, compression="zstd")
    return body.getvalue()
