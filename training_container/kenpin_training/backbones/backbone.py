"""The interface of backbones: pretrained networks that models are built on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    import keras

PATCH_STEP: Final = 8
"""Pixels from one patch to the next."""


class Backbone(Protocol):
    """A pretrained network. Equal ones have equal values; each is hashable."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str:
        """SHA-256 of the file of its weights, in hex"""
        ...

    @property
    def key(self) -> str:
        """All that decides its values for an image: features are kept under it."""
        ...

    @property
    def features(self) -> int:
        """The number of features of an image"""
        ...

    @property
    def patch_channels(self) -> int: ...

    def __hash__(self) -> int: ...

    def model(self, image_size: int) -> keras.Model:
        """Build the network: images × size × size × 3 (uint8 RGB) → images × features (float32)."""
        ...

    def patch_model(self, height: int, width: int) -> keras.Model:
        """Build it: images × height × width × 3 → images × height/8 × width/8 × patch_channels.

        Height and width are multiples of 32.
        """
        ...

    def learning_layers(self, model: keras.Model, first_block: int) -> list[keras.Layer]:
        """Return the layers of `model`, built by this backbone, that fine-tuning changes.

        `first_block`: of a network with numbered blocks, the first that learns.
        """
        ...


def layers_of(model: keras.Model) -> list[keras.Layer]:
    """Return the layers of a model; for a model inside it, those of that one."""
    return [
        inner
        for layer in model.layers
        for inner in (layers_of(layer) if hasattr(layer, "layers") else [layer])
    ]
