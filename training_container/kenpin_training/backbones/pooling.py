"""Pooling: the maps of a network become features of an image, and patches. Importing this module imports TensorFlow."""

from collections.abc import Sequence

import keras
from keras import layers, ops

from kenpin_training.backbones.backbone import PATCH_STEP


def features_of(taps: Sequence[keras.KerasTensor]) -> keras.KerasTensor:
    """Return mean and standard deviation of every channel of the maps, in 32 bits."""
    return layers.Concatenate(name="features")([part for tap in taps for part in _mean_and_spread(tap)])


def patches_of(taps: Sequence[keras.KerasTensor], height: int) -> keras.KerasTensor:
    """Return the patches of an input of this height: the channels of all maps, a place each PATCH_STEP pixels.

    Maps are averaged over 3 × 3 places, as in PatchCore (arXiv 2106.08265), and those of a coarser step made finer.
    """
    fine = [_at_patch_step(layers.AveragePooling2D(3, 1, "same")(tap), height) for tap in taps]
    return layers.Concatenate(name="patches")(fine) if len(fine) > 1 else fine[0]


def _mean_and_spread(tap: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    if tap.dtype != "float32":
        tap = ops.cast(tap, "float32")
    spread = ops.sqrt(ops.var(tap, axis=(1, 2)) + 1e-6)
    return ops.mean(tap, axis=(1, 2)), spread


def _at_patch_step(tap: keras.KerasTensor, height: int) -> keras.KerasTensor:
    coarser = height // PATCH_STEP // tap.shape[1]
    return layers.UpSampling2D(coarser, interpolation="bilinear")(tap) if coarser > 1 else tap
