"""The score of every image of a run as a Parquet file: the same bytes for the same scores."""

import io
from collections.abc import Iterable
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from kenpin.domain.ids import ImageId, Split, Verdict

SCHEMA: Final = pa.schema(
    [
        pa.field("image_id", pa.string(), nullable=False),
        pa.field("split", pa.string()),
        pa.field("truth", pa.string()),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("fold_score", pa.float64()),
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


def to_parquet(predictions: Iterable[PredictionRow]) -> bytes:
    rows = [{name: getattr(p, name) for name in SCHEMA.names} for p in predictions]
    body = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), body, compression="zstd")
    return body.getvalue()
