"""The self-check of an export: its file answers as the trained model does, on pictures of the dataset."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from kenpin.domain.model.events import ModelFormat
from kenpin_inspect.judge import Graph, enough, judge
from kenpin_inspect.model_file import ModelFile
from kenpin_training.artifact import ModelArtifact
from kenpin_training.data import TrainingRow
from kenpin_training.exporting.regions import region_in
from kenpin_training.pipeline.features import FeatureStore, no_progress

IMAGES: Final = 32
TOLERANCE: Final = 1e-3
INT8_TOLERANCE: Final = 0.1
"""Weights and values in 8 bits answer a little otherwise."""


class UnlikeAnswers(Exception):
    """The exported file does not answer as the trained model does."""


class SelfCheck(Struct, frozen=True):
    """The result of a self-check: the largest difference of a score, and of a place of a map."""

    images: int
    largest_difference: float
    tolerance: float


def check(
    rows: Sequence[TrainingRow],
    artifact: ModelArtifact,
    store: FeatureStore,
    described: ModelFile,
    graph: Graph,
) -> SelfCheck:
    """Compare the answers to images. Raises UnlikeAnswers, UnreadableImage, PictureNotIntact."""
    judged = artifact.model.judge([row.image_id for row in rows], store, no_progress)
    of_classes = judged.class_scores if judged.class_scores is not None else np.empty((len(rows), 0))
    largest = 0.0
    for row, score, classes in zip(rows, judged.scores, of_classes, strict=True):
        region = region_in(described, row)
        picture = store.image(row.image_id, enough(described, region))
        finding = judge(picture, described, graph, region)
        differences = [abs(finding.score - score)]
        differences += np.abs(classes - list(finding.classes.values())).tolist()
        if finding.heat is not None:
            differences.append(np.abs(finding.heat - judged.maps[row.image_id].heat).max())
        largest = max(largest, *(np.nan_to_num(each, nan=1.0) for each in differences))
    tolerance = tolerance_of(described.format)
    if largest > tolerance:
        raise UnlikeAnswers(
            f"the {described.format} file answers {largest:.4f} otherwise than the model, on {len(rows)} images; "
            f"at most {tolerance:g} is allowed. Export another format"
        )
    return SelfCheck(len(rows), round(float(largest), 6), tolerance)


def tolerance_of(format: ModelFormat | str) -> float:
    return INT8_TOLERANCE if format == "tflite-int8" else TOLERANCE
