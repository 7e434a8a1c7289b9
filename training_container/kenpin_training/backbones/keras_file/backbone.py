"""A registered network as a backbone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from kenpin_training.backbones.keras_file.file import KerasFile

if TYPE_CHECKING:
    import keras

KEY: Final = "keras file 1"
"""Increase it when the same image and file give other features."""


class KerasBackbone(Struct, frozen=True):
    """A Keras file as a backbone.

    Whatever builds it imports TensorFlow, and raises UnusableBackbone for a file that does not fit.
    """

    file: KerasFile

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def digest(self) -> str:
        return self.file.digest

    @property
    def key(self) -> str:
        return f"{KEY} {self.digest} {self.file.taps} {self.file.mean!r} {self.file.scale!r}"

    @property
    def features(self) -> int:
        from kenpin_training.backbones.keras_file import network

        return network.features(self.file)

    @property
    def patch_channels(self) -> int:
        from kenpin_training.backbones.keras_file import network

        return network.patch_channels(self.file)

    def model(self, image_size: int) -> keras.Model:
        from kenpin_training.backbones.keras_file import network

        return network.build(self.file, image_size)

    def patch_model(self, height: int, width: int) -> keras.Model:
        from kenpin_training.backbones.keras_file import network

        return network.build_patches(self.file, height, width)

    def learning_layers(self, model: keras.Model, first_block: int) -> list[keras.Layer]:
        """Return the later half of its convolutions. Raises UnusableBackbone when there is none."""
        from kenpin_training.backbones.keras_file import network

        return network.later_convolutions(self.file, model)
