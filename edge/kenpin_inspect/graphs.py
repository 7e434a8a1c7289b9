"""Opens the graph of an exported model with the runtime of its format."""

from pathlib import Path

import numpy as np

from kenpin_inspect.judge import Floats, Graph, Pixels
from kenpin_inspect.model_file import ModelFile, UnusableModel


def open_graph(folder: Path, model: ModelFile) -> Graph:
    """Open the graph. Raises UnusableModel when its format, its runtime or its file is not there."""
    opener = {"onnx": _onnx, "tflite": _tflite, "tflite-int8": _tflite}.get(model.format)
    if not opener:
        raise UnusableModel(f"a model of format {model.format} needs TensorFlow; export it as onnx or tflite")
    if not (folder / model.file).is_file():
        raise UnusableModel(f"{model.file} is missing beside the description of the model")
    try:
        return opener(folder / model.file)
    except ImportError as error:
        raise UnusableModel(f"package {error.name} is needed, as the format is {model.format}") from None


def _onnx(path: Path) -> Graph:
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return lambda seen: np.asarray(session.run(None, {session.get_inputs()[0].name: seen})[0], np.float32)


def _tflite(path: Path) -> Graph:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    taken, given = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]

    def run(pixels: Pixels) -> Floats:
        interpreter.set_tensor(taken, pixels)
        interpreter.invoke()
        return np.array(interpreter.get_tensor(given), np.float32)

    return run
