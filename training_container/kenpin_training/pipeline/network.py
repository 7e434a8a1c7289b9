"""The network of a model: the pinned weights, with tuned layers if there are any, and its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin.domain.recipe import Recipe
from kenpin_training.backbones.backbone import Backbone, layers_of
from kenpin_training.backbones.catalogue import backbone_of
from kenpin_training.backbones.efficientnet_lite.variants import EFFICIENTNET_LITE0
from kenpin_training.backbones.efficientnet_lite.weights import Weights
from kenpin_training.determinism import set_up
from kenpin_training.pipeline.views import Views, averaged, views_of

if TYPE_CHECKING:
    import keras

FeatureExtractor = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""images × size × size × 3 → images × features"""


class Network(Struct, frozen=True):
    """A backbone for images of one size, frozen or with tuned layers."""

    image_size: int = 224
    tuned: Weights = {}
    """Layers that differ from the pinned weights."""
    backbone: Backbone = EFFICIENTNET_LITE0
    views: Views = "single"
    """Features are the mean over these views of an image."""

    @property
    def digest(self) -> str:
        """SHA-256 of all that decides the features of an image, in hex."""
        digest = hashlib.sha256(f"{self.backbone.key} {self.image_size}".encode())
        if self.views != "single":
            digest.update(self.views.encode())
        for layer in sorted(self.tuned):
            digest.update(layer.encode())
            for variable in self.tuned[layer]:
                digest.update(variable.tobytes())
        return digest.hexdigest()

    def model(self) -> keras.Model:
        """Build the Keras model. It imports TensorFlow: seconds, and hundreds of megabytes."""
        set_up()
        model = self.backbone.model(self.image_size)
        by_name = {layer.name: layer for layer in layers_of(model)}
        for layer, variables in self.tuned.items():
            by_name[layer].set_weights(variables)
        return averaged(model, self.views)

    def compiled(self) -> FeatureExtractor:
        """Return a compiled extractor. With batches of one size, features do not depend on the rest of the batch."""
        import tensorflow as tf

        model = self.model()
        graph = tf.function(lambda images: model(images, training=False))
        return lambda images: np.asarray(graph(images).numpy(), dtype=np.float32)


def pinned_network(recipe: Recipe) -> Network:
    """Return the network of a recipe before any fine-tuning."""
    return Network(recipe.image_size, backbone=backbone_of(recipe))


def tuned_network(recipe: Recipe, tuned: Weights) -> Network:
    """Return the network of a recipe's model, which judges by the views that the recipe names."""
    return Network(recipe.image_size, tuned, backbone_of(recipe), views_of(recipe))
