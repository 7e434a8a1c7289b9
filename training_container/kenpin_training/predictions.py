"""The score of every image of a run as a Parquet file: the same bytes for the same scores."""

import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct, structs

from kenpin.domain.dataset.capture_time import captured_time
from kenpin.domain.dataset.eligibility import Use
from kenpin.domain.dataset.values import Capture
from kenpin.domain.ids import ActorId, ImageId, Split, Verdict
from kenpin_training.pipeline.model import ClassScores
from kenpin_training.pipeline.pixel_figures import FoundDefect
from kenpin_training.pipeline.regions import Region

RULES: Final = "split_rules"
"""Key of the file's metadata: a JSON object"""
MODEL_CLASSES: Final = "model_classes"
"""Key of the file's metadata: a JSON array, the classes that the columns of class scores are of"""
REGION: Final = pa.struct(
    [
        pa.field("box", pa.list_(pa.float64(), 4)),
        pa.field("area", pa.float64()),
        pa.field("length", pa.float64()),
        pa.field("score", pa.float64()),
        pa.field("class_id", pa.string()),
    ]
)
DEFECT: Final = pa.struct([pa.field("size", pa.float64()), pa.field("is_found", pa.bool_())])
CONDITIONS: Final = ("product", "line", "station", "camera", "light", "lot")
"""Fields of the capture condition that figures are sliced by"""
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
        *(pa.field(name, pa.string()) for name in CONDITIONS),
        pa.field("captured_at", pa.timestamp("s", "UTC")),
        pa.field("use", pa.string()),
        pa.field("group", pa.string()),
        pa.field("classes", pa.list_(pa.string())),
        pa.field("defect_px", pa.float64()),
        pa.field("defects", pa.list_(DEFECT)),
        pa.field("false_regions", pa.int64()),
        pa.field("label_doubt", pa.float64()),
        pa.field("judged_otherwise", pa.list_(pa.string())),
        pa.field("judged_by", pa.string()),
        pa.field("label_book", pa.int64()),
        pa.field("class_scores", pa.list_(pa.float64())),
        pa.field("fold_class_scores", pa.list_(pa.float64())),
        pa.field("ng_share", pa.float64()),
        pa.field("embedding_x", pa.float32()),
        pa.field("embedding_y", pa.float32()),
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
    capture: Capture = Capture()
    use: Use | None = None
    """None: the run neither learnt from the image, nor was measured by it"""
    group: str | None = None
    """The images that no hold-out separates"""
    classes: tuple[str, ...] = ()
    """Defect classes that people named on it"""
    defect_px: float | None = None
    """Longer side of its largest marked defect, in pixels; only of images that the run is measured by"""
    defects: list[FoundDefect] | None = None
    """Its marked defects; None where the run is not measured by their places"""
    false_regions: int | None = None
    """Regions that the map finds where no defect is; None where the run is not measured by places"""
    label_doubt: float | None = None
    """Of an image that was learnt from: 1 - the probability of its verdict"""
    judged_otherwise: list[ImageId] = []
    """Near-duplicates with the other verdict"""
    judged_by: ActorId | None = None
    """The author of the verdict"""
    label_book: int | None = None
    """The revision of the label book that it was given under; 0: none"""
    class_scores: list[float | None] | None = None
    """0..1 for each class of the model, high is this class; None where the model scores no classes"""
    fold_class_scores: list[float | None] | None = None
    """As `fold_score`, for each class of the model"""
    ng_share: float | None = None
    """Share of people who say NG, where they differ and nobody has settled it"""
    embedding: tuple[float, float] | None = None
    """Its place on the embedding map; None where it is not on it"""


def to_parquet(
    predictions: Iterable[PredictionRow],
    rules: Mapping[Split, str] | None = None,
    classes: Sequence[str] | None = None,
) -> bytes:
    """Return the file. `rules`: the rule that made each split, which stands beside its figures.

    `classes`: those that the class scores are of; None where the model scores no classes.
    """
    rows = [_row(prediction) for prediction in predictions]
    about = {RULES: json.dumps(dict(rules or {}), sort_keys=True)}
    if classes is not None:
        about[MODEL_CLASSES] = json.dumps(list(classes))
    told = SCHEMA.with_metadata(about)
    body = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, told), body, compression="zstd")
    return body.getvalue()


def known_class_scores(values: ClassScores | None, images: int) -> list[list[float | None] | None]:
    """Return the scores of each image; None for an image that no class is known of."""
    if values is None:
        return [None] * images
    rows = [[None if math.isnan(value) else value for value in row] for row in values.tolist()]
    return [row if any(value is not None for value in row) else None for row in rows]


def _row(prediction: PredictionRow) -> dict[str, object]:
    row = {name: getattr(prediction, name) for name in SCHEMA.names if name in prediction.__struct_fields__}
    row["regions"] = [structs.asdict(region) for region in prediction.regions]
    row["defects"] = prediction.defects and [structs.asdict(defect) for defect in prediction.defects]
    row |= {name: getattr(prediction.capture, name) for name in CONDITIONS}
    row["embedding_x"], row["embedding_y"] = prediction.embedding or (None, None)
    return row | {"captured_at": captured_time(prediction.capture.captured_at)}
