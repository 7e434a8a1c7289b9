"""Events of a model after its run."""

from typing import Literal

from kenpin.domain.event import Event
from kenpin.domain.gates import GateReport
from kenpin.domain.ids import DatasetId, ImageId, ModelId, ProjectId, RunId, Sha256

Stage = Literal["candidate", "production"]
ModelFormat = Literal["keras", "saved_model", "tflite", "tflite-int8", "onnx"]


class ModelRegistered(Event):
    """A run made a model; it is a candidate until a person promotes it."""

    model_id: ModelId
    project_id: ProjectId
    dataset_id: DatasetId
    run_id: RunId
    artifact: Sha256
    threshold: float


class ThresholdChosen(Event):
    """Scores at or above the threshold are judged NG from now on, and those in the grey zone by people."""

    threshold: float
    reason: str
    grey_from: float | None = None
    """Scores from here up to the threshold are the grey zone: people look at the images. None: there is none."""


class GatesEvaluated(Event):
    """The model's figures were compared with the gates of its project."""

    report: GateReport


class ModelPromoted(Event):
    """A person put the model into a stage.

    The model of a dataset that was promoted to production last, and neither put back nor retired since, is in
    production.
    """

    stage: Stage
    reason: str
    override_reason: str = ""
    """The reason for production without passed gates."""


class ModelRolledBack(Event):
    """The model went from production back to candidate, and the one before it is in production again.

    That one passes no gates anew, as it was in production already.
    """

    back_to: ModelId
    reason: str


class ModelRetired(Event):
    """The model is out of use."""

    reason: str


class ModelExported(Event):
    """The model was written as files that other programs run, and they answered as the model does."""

    export_id: str
    format: ModelFormat
    digest: Sha256
    """Of the zip file"""
    size: int
    """Bytes of it"""
    images: int
    """Images that were compared"""
    largest_difference: float
    """Of a score, or of a place of a map"""
    tolerance: float
    """The largest difference that was allowed"""


class InspectionRequested(Event):
    """Somebody asked the model for scores, or Kenpin did for images that arrived."""

    inspection_id: str
    project_id: ProjectId
    dataset_id: DatasetId
    image_ids: tuple[ImageId, ...] = ()
    """The images; empty: those that arrived, or all that the model has not scored"""
    after: int | None = None
    """Images that were registered after this version of the dataset; None: nobody asked for arrivals"""
    upto: int | None = None
    """The last version of those arrivals"""


class ImagesInspected(Event):
    """The model scored images that it had not seen, such as those that arrived since its run."""

    inspection_id: str
    dataset_id: DatasetId
    dataset_version: int
    """The version whose images were looked through"""
    threshold: float
    """Scores at or above it were judged NG"""
    predictions: Sha256
    """Of the file with the score of each image"""
    images: int
    """Images that have a score now"""
    judged_ng: int
    unfamiliar: int | None
    """Images like nothing that the model learnt; None: it cannot say"""
    left_out: int
    """Images that cannot be read, or were asked for and are not in the dataset"""
    remaining: int
    """Images without a score that are left for another inspection"""
    grey_from: float | None = None
    """Scores from here up to the threshold were in the grey zone; None: there was none"""
    grey: int | None = None
    """Images in the grey zone"""


class InspectionFailed(Event):
    """The inspection ended without scores."""

    inspection_id: str
    reason: str


ModelEvent = (
    ModelRegistered
    | ThresholdChosen
    | GatesEvaluated
    | ModelPromoted
    | ModelRolledBack
    | ModelRetired
    | ModelExported
    | InspectionRequested
    | ImagesInspected
    | InspectionFailed
)
