"""The model artifact: one safetensors file with weights and settings; the same model gives the same bytes."""

from typing import Final

import msgspec
import numpy as np
from msgspec import Struct
from safetensors import SafetensorError
from safetensors.numpy import load, save

from kenpin.domain.grey_window import GreyWindow
from kenpin_training.backbones.efficientnet_lite0 import weights
from kenpin_training.backbones.efficientnet_lite0.weights import Weights
from kenpin_training.pipeline.network import Network
from kenpin_training.pipeline.probe import Probe

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
    recipe: dict[str, str | int | float | None]
    seed: int
    windows: tuple[GreyWindow, ...] = ()
    """Windows of deep grey that the images were learnt with"""


class ModelArtifact(Struct, frozen=True):
    about: ModelMetadata
    network: Network
    probe: Probe

    def to_bytes(self) -> bytes:
        tensors = {"probe/weight": self.probe.weight, "probe/bias": np.array([self.probe.bias])}
        for layer, variables in sorted(self.network.tuned.items()):
            tensors |= {f"tuned/{layer}/{n}": np.ascontiguousarray(v) for n, v in enumerate(variables)}
        about = msgspec.json.encode(self.about, order="deterministic").decode()
        return save(tensors, {"kenpin": about})


def read(body: bytes) -> ModelArtifact:
    """Decode a model artifact. Raises WrongArtifact."""
    try:
        tensors, about = load(body), _about(body)
    except (SafetensorError, msgspec.MsgspecError, KeyError) as error:
        raise WrongArtifact(f"this is no model of Kenpin: {error}") from error
    if (about.format, about.backbone) != (FORMAT, weights.DIGEST):
        raise WrongArtifact(
            f"the model is of format {about.format} on weights {about.backbone[:12]}…; train it anew"
        )
    tuned: Weights = {}
    for name in sorted(tensors):
        if name.startswith("tuned/"):
            tuned.setdefault(name.split("/")[1], []).append(tensors[name])
    probe = Probe(tensors["probe/weight"], float(tensors["probe/bias"][0]))
    return ModelArtifact(about, Network(about.image_size, tuned), probe)


def _about(body: bytes) -> ModelMetadata:
    size = int.from_bytes(body[:8], "little")
    header = msgspec.json.decode(body[8 : 8 + size], type=dict[str, dict[str, msgspec.Raw]])
    return msgspec.json.decode(
        msgspec.json.decode(header["__metadata__"]["kenpin"], type=str), type=ModelMetadata
    )
