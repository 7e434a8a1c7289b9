"""An exported model without a network: the score of a picture is its mean level."""

from pathlib import Path

import onnx
from onnx import TensorProto, helper

from kenpin_inspect.model_file import NAME, ModelFile


def write_mean_model(folder: Path) -> None:
    """Write a model whose threshold is 0.5."""
    folder.mkdir(parents=True, exist_ok=True)
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["image"], ["numbers"], to=TensorProto.FLOAT),
            helper.make_node("ReduceMean", ["numbers"], ["mean"], keepdims=0),
            helper.make_node("Constant", [], ["most"], value_float=255.0),
            helper.make_node("Div", ["mean", "most"], ["score"]),
        ],
        "mean",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, [1, 96, 96, 3])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, [])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, folder / "model.onnx")
    described = ModelFile(file="model.onnx", format="onnx", answer="score", threshold=0.5, tile=(96, 96))
    (folder / NAME).write_text(described.to_json(), "utf-8")
