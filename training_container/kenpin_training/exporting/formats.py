"""Writers of graphs in the formats that other programs read, and the programs that run them for the check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from kenpin.domain.model.events import ModelFormat
from kenpin_inspect.graphs import open_graph
from kenpin_inspect.judge import Graph, Pixels
from kenpin_inspect.model_file import ModelFile

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

FILES: Final[dict[ModelFormat, str]] = {
    "keras": "model.keras",
    "saved_model": "saved_model",
    "tflite": "model.tflite",
    "tflite-int8": "model.tflite",
    "onnx": "model.onnx",
}
"""The name of the graph's file, or of its folder"""


def write(graph: keras.Model, format: ModelFormat, folder: Path, calibration: Iterable[Pixels]) -> None:
    """Write a graph into a folder. `calibration`: inputs, 1 × height × width × 3, by which int8 sets its ranges."""
    path = folder / FILES[format]
    match format:
        case "keras":
            graph.save(path)
        case "saved_model":
            _save_model(graph, path)
        case "onnx":
            graph(np.zeros((1, *graph.input.shape[1:]), np.uint8))  # Keras exports what was called before
            graph.export(path, format="onnx", verbose=False)
        case "tflite":
            path.write_bytes(_tflite(graph, None))
        case "tflite-int8":
            path.write_bytes(_tflite(graph, calibration))


def _save_model(graph: keras.Model, path: Path) -> None:
    """Save the graph with its weights as constants, under the signature `serving_default`."""
    import tensorflow as tf

    module, frozen = tf.Module(), _frozen(graph)
    module.serve = tf.function(lambda image: frozen(image)[0], input_signature=[_input(graph)])
    tf.saved_model.save(module, str(path), signatures=module.serve)


def _tflite(graph: keras.Model, calibration: Iterable[Pixels] | None) -> bytes:
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_concrete_functions([_frozen(graph)])
    if calibration is not None:
        inputs = list(calibration)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([pixels] for pixels in inputs)
    return bytes(converter.convert())


def _frozen(graph: keras.Model) -> tf.types.experimental.ConcreteFunction:
    """Return the graph with its variables as constants: the converter to TFLite leaves those of Keras 3 empty."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    traced = tf.function(lambda image: graph(image, training=False)).get_concrete_function(_input(graph))
    return convert_variables_to_constants_v2(traced)


def _input(graph: keras.Model) -> tf.TensorSpec:
    import tensorflow as tf

    return tf.TensorSpec((1, *graph.input.shape[1:]), tf.uint8, name="image")


def opened(folder: Path, model: ModelFile) -> Graph:
    """Open an exported graph as its users do; those of Keras and SavedModel by TensorFlow."""
    openers: dict[str, Callable[[Path], Graph]] = {"keras": _open_keras, "saved_model": _open_saved_model}
    opener = openers.get(model.format)
    return opener(folder / model.file) if opener else open_graph(folder, model)


def _open_keras(path: Path) -> Graph:
    import keras

    graph = keras.models.load_model(path)
    return lambda pixels: np.asarray(graph(pixels, training=False), np.float32)


def _open_saved_model(path: Path) -> Graph:
    import tensorflow as tf

    graph = tf.saved_model.load(path)
    return lambda pixels: np.asarray(graph.serve(pixels), np.float32)
