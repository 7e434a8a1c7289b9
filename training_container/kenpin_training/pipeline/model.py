"""The interface of trained models, whatever their family: scores of images, and maps where the family has them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin.domain.ids import ImageId
from kenpin.domain.run.values import Evaluation
from kenpin_training.pipeline.features import FeatureStore, Progress
from kenpin_training.pipeline.probe import Scores
from kenpin_training.pipeline.regions import DefectMap

ClassScores = NDArray[np.float64]
"""images × classes: 0..1, high is this class; NaN where nothing says it"""
Tensors = Mapping[str, NDArray[np.float16] | NDArray[np.float32] | NDArray[np.float64]]


class ImageScores(Struct, frozen=True):
    """Scores of images in the order they were asked for, and the maps of those that score highest."""

    scores: Scores
    maps: Mapping[ImageId, DefectMap] = {}
    class_scores: ClassScores | None = None
    """In the order of the model's classes; None of families that score no classes of whole images"""


class TrainedModel(Protocol):
    """A model that scores images: 0..1, high is NG."""

    @property
    def classes(self) -> tuple[str, ...]:
        """The defect classes that it tells apart; none: it tells OK and NG alone."""
        ...

    def judge(self, image_ids: Sequence[ImageId], store: FeatureStore, on_progress: Progress) -> ImageScores:
        """Raises UnreadableImage, PictureNotIntact."""
        ...

    def tensors(self) -> Tensors:
        """Return all that was learnt, by name: the content of the model's file."""
        ...


class TrainingResult(Struct, frozen=True):
    """A model, and the scores that its threshold is chosen by."""

    model: TrainedModel
    unseen: NDArray[np.float64]
    """A score for each image of the data by a model that had not seen it; NaN where there is none."""
    rule: str
    """The method that made the unseen scores."""
    shared_groups: int
    """Groups that the method had to part."""
    suspects: tuple[ImageId, ...] = ()
    """OK images that were left out of what was learnt, as they look NG"""
    unseen_classes: ClassScores | None = None
    """As `unseen`, for each of the model's classes"""


class ProgressReporter(Protocol):
    """Receives the progress of a run; an exception from it stops the run."""

    def progress(self, stage: str, done: int, total: int) -> None: ...

    def evaluated(self, evaluation: Evaluation) -> None: ...

    def epoch(self, epoch: int, epochs: int, metrics: dict[str, float], eta_seconds: float) -> None: ...
