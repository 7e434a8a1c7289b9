"""The graph of a trained model in Keras: pixels to its answer. Importing this module imports TensorFlow."""

from collections.abc import Callable

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from kenpin_training.architectures.anomaly.head import AnomalyHead
from kenpin_training.architectures.anomaly.memory import PatchMemory
from kenpin_training.architectures.segmentation.head import PatchClassifier
from kenpin_training.pipeline.classification import ClassificationModel
from kenpin_training.pipeline.model import TrainedModel
from kenpin_training.pipeline.patch_model import PatchModel
from kenpin_training.pipeline.tiled_probe import TiledModel

Values = NDArray[np.float32] | NDArray[np.float64]


def graph_of(model: TrainedModel, tile: tuple[int, int]) -> keras.Model:
    """Return the graph of a model: images × height × width × 3 (uint8 RGB) → its answer.

    Classification: images × (1 + classes), the score of NG and those of the classes, of a whole picture or of a tile of
    it. Anomaly: images × rows × columns, distances to the memory. Segmentation:
    images × rows × columns × (1 + classes), probabilities. `tile`: height and width of the input of the last two.
    """
    match model:
        case ClassificationModel() | TiledModel():
            return _classification(model)
        case PatchModel(head=AnomalyHead(memory=memory)):
            seen = model.plan.backbone.patch_model(*tile)
            return _on_patches(seen, lambda patches: _distances(patches, memory), "distances")
        case PatchModel(head=PatchClassifier() as head):
            seen = model.plan.backbone.patch_model(*tile)
            return _on_patches(seen, lambda patches: _class_maps(patches, head), "classes")
    raise TypeError(f"a {type(model).__name__} has no graph")


def _classification(model: ClassificationModel | TiledModel) -> keras.Model:
    body, probes = model.network.model(), (model.probe, *model.heads.probes)
    heads = layers.Dense(len(probes), activation="sigmoid", name="scores")
    scores = heads(body.output)
    heads.set_weights(
        [np.stack([each.weight for each in probes], axis=1), np.array([each.bias for each in probes])]
    )
    return keras.Model(body.input, scores, name="scores")


def _on_patches(
    body: keras.Model, head: Callable[[keras.KerasTensor], keras.KerasTensor], name: str
) -> keras.Model:
    return keras.Model(body.input, head(body.output), name=name)


def _distances(patches: keras.KerasTensor, memory: PatchMemory) -> keras.KerasTensor:
    """|x - m|² = |x|² - 2 x·m + |m|², and the least of all m."""
    standard = _standardised(patches, memory.mean, memory.scale)
    squares = np.einsum("ij,ij->i", memory.patches, memory.patches)
    each = _convolved(standard, -2 * memory.patches.T, squares, "memory")
    least = ops.min(each, axis=-1) + ops.sum(ops.square(standard), axis=-1)
    return ops.sqrt(ops.maximum(least, 0.0))


def _class_maps(patches: keras.KerasTensor, head: PatchClassifier) -> keras.KerasTensor:
    standard = _standardised(patches, head.mean, head.scale)
    hidden = layers.ReLU(name="hidden_relu")(_convolved(standard, *head.hidden, "hidden"))
    return layers.Softmax(name="classes")(_convolved(hidden, *head.output, "output"))


def _standardised(patches: keras.KerasTensor, mean: Values, scale: Values) -> keras.KerasTensor:
    layer = layers.DepthwiseConv2D(1, name="standardised")
    answer = layer(patches)
    layer.set_weights([scale[None, None, :, None], -mean * scale])
    return answer


def _convolved(places: keras.KerasTensor, kernel: Values, bias: Values, name: str) -> keras.KerasTensor:
    """Apply a matrix to each place."""
    layer = layers.Conv2D(kernel.shape[1], 1, name=name)
    answer = layer(places)
    layer.set_weights([kernel[None, None], bias])
    return answer
