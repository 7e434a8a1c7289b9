"""A registered network as a backbone: its file by digest, its taps and the scale of its input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from kenpin.domain.ids import Sha256

if TYPE_CHECKING:
    import keras

KEY: Final = "keras file 1"
"""Increase it when the same image and file give other features."""


class KerasBackbone(Struct, frozen=True):
    """A Keras file, and the layers whose maps become features and patches.

    Whatever builds it imports TensorFlow, and raises UnusableBackbone for a file that does not fit.
    """

    name: str
    digest: Sha256
    taps: tuple[str, ...]
    mean: float = 0.0
    scale: float = 1.0
    """The network sees (pixel - mean) / scale, of pixels 0..255 in the order RGB."""

    @property
    def key(self) -> str:
        return f"{KEY} {self.digest} {self.taps} {self.mean!r} {self.scale!r}"

    @property
    def features(self) -> int:
        from kenpin_training.backbones.keras_file import network

        return network.features(self)

    @property
    def patch_channels(self) -> int:
        from kenpin_training.backbones.keras_file import network

        return network.patch_channels(self)

    def model(self, image_size: int) -> keras.Model:
        from kenpin_training.backbones.keras_file import network

        return network.build(self, image_size)

    def patch_model(self, height: int, width: int) -> keras.Model:
        from kenpin_training.backbones.keras_file import network

        return network.build_patches(self, height, width)

    def learning_layers(self, model: keras.Model, first_block: int) -> list[keras.Layer]:
        """Return the later half of its convolutions. Raises UnusableBackbone when there is none."""
        from kenpin_training.backbones.keras_file import network

        return network.later_convolutions(self, model)
