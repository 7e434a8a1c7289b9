"""The model artifact: one safetensors file with weights and settings; the same model gives the same bytes."""

from typing import Final

import msgspec
import numpy as np
from msgspec import Struct
from safetensors import SafetensorError
from safetensors.numpy import load, save

from kenpin.domain.grey_window import GreyWindow
from kenpin.domain.recipe import Recipe, RecipeValue
from kenpin.domain.region_of_interest import RegionOfInterest
from kenpin_training.architectures.anomaly.head import head_of
from kenpin_training.architectures.segmentation.head import classifier_of
from kenpin_training.backbones.catalogue import backbone_of
from kenpin_training.pipeline.classification import classification_of
from kenpin_training.pipeline.familiarity import Reference
from kenpin_training.pipeline.model import Tensors, TrainedModel
from kenpin_training.pipeline.patch_model import PatchModel, plan_of
from kenpin_training.pipeline.tiled_probe import tiled_of

FORMAT: Final = 1


class WrongArtifact(Exception):
    """The bytes are no model that this code can use."""


class ModelMetadata(Struct, frozen=True, kw_only=True):
    """Description of the weights; stored as JSON in the file's metadata."""

    format: int = FORMAT
    architecture: str
    method: str
    image_size: int
    """pixels, both sides"""
    backbone: str
    """Digest of the pinned weights; the tuned ones replace a part of them."""
    classes: tuple[str, str] = ("OK", "NG")
    """The score is that of the second."""
    threshold: float
    """Scores at or above it are judged NG."""
    recipe: dict[str, RecipeValue]
    seed: int
    windows: tuple[GreyWindow, ...] = ()
    """Windows of deep grey that the images were learnt with"""
    regions: tuple[RegionOfInterest, ...] = ()
    """Regions of interest that the images were learnt with"""
    defect_classes: tuple[str, ...] = ()
    """Classes that the model tells apart; none in older files of probes and fine-tuned networks"""


class ModelArtifact(Struct, frozen=True):
    about: ModelMetadata
    model: TrainedModel
    reference: Reference | None = None
    """Measures how familiar an image is; None in files of older code, and where one group was learnt from"""

    def to_bytes(self) -> bytes:
        about = msgspec.json.encode(self.about, order="deterministic").decode()
        return save({**self.model.tensors(), **_reference_tensors(self.reference)}, {"kenpin": about})


def read(body: bytes) -> ModelArtifact:
    """Decode a model artifact. Raises WrongArtifact."""
    try:
        tensors, about = load(body), _about(body)
        recipe = Recipe.model_validate(about.recipe)
        backbone = about.architecture, about.backbone
        if (about.format, *backbone) != (FORMAT, recipe.architecture, backbone_of(recipe).digest):
            raise WrongArtifact(
                f"the model is of format {about.format} on weights {about.backbone[:12]}…; train it anew"
            )
        return ModelArtifact(about, _model(tensors, about, recipe), _reference(tensors))
    except (SafetensorError, msgspec.MsgspecError, KeyError) as error:
        raise WrongArtifact(f"this is no model of Kenpin: {error}") from error


def _model(tensors: Tensors, about: ModelMetadata, recipe: Recipe) -> TrainedModel:
    match recipe.method:
        case "anomaly":
            return PatchModel(plan_of(recipe), recipe.top_places, head_of(tensors))
        case "segmentation":
            return PatchModel(
                plan_of(recipe), recipe.top_places, classifier_of(tensors), about.defect_classes
            )
        case "probe" | "fine_tune" if recipe.tiles_along > 1:
            return tiled_of(tensors, recipe, about.defect_classes)
        case "probe" | "fine_tune":
            return classification_of(tensors, recipe, about.defect_classes)


def _reference_tensors(reference: Reference | None) -> Tensors:
    if reference is None:
        return {}
    return {"reference/rows": reference.rows, "reference/unit": np.array([reference.unit])}


def _reference(tensors: Tensors) -> Reference | None:
    if "reference/rows" not in tensors:
        return None
    return Reference(np.asarray(tensors["reference/rows"], np.float16), float(tensors["reference/unit"][0]))


def _about(body: bytes) -> ModelMetadata:
    size = int.from_bytes(body[:8], "little")
    header = msgspec.json.decode(body[8 : 8 + size], type=dict[str, dict[str, msgspec.Raw]])
    return msgspec.json.decode(
        msgspec.json.decode(header["__metadata__"]["kenpin"], type=str), type=ModelMetadata
    )
