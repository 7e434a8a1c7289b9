"""Views of an image: its turned or mirrored copies, over which a fine-tuned model averages its score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from kenpin.domain.recipe import Recipe

if TYPE_CHECKING:
    import keras

Views = Literal["single", "turned", "mirrored"]
"""single: the image as it is; turned: its four quarter turns; mirrored: itself, mirrored each way, and both ways"""
COUNT: Final = 4


def views_of(recipe: Recipe) -> Views:
    """Return the views that a model of this recipe averages over."""
    if recipe.method != "fine_tune" or not recipe.average_views:
        return "single"
    if recipe.may_turn:
        return "turned"
    return "mirrored" if recipe.may_mirror else "single"


def averaged(model: keras.Model, views: Views) -> keras.Model:
    """Return a model of images that answers with the mean of the answers to their views.

    Heads are linear, so the mean of features gives the mean of log-odds.
    """
    if views == "single":
        return model
    import keras
    from keras import layers, ops

    image = layers.Input(model.input.shape[1:], dtype=model.input.dtype, name="image")
    seen = model(ops.concatenate(_turned(image) if views == "turned" else _mirrored(image)))
    each = ops.reshape(seen, (COUNT, -1, *model.output.shape[1:]))
    return keras.Model(image, ops.mean(each, axis=0), name=model.name)


def _turned(image: keras.KerasTensor) -> list[keras.KerasTensor]:
    from keras import ops

    return [image, *(ops.rot90(image, turns, axes=(1, 2)) for turns in range(1, COUNT))]


def _mirrored(image: keras.KerasTensor) -> list[keras.KerasTensor]:
    from keras import ops

    return [image, *(ops.flip(image, axis) for axis in (1, 2, (1, 2)))]
