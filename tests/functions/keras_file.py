"""Keras files made without Keras: a configuration, and weights that nobody reads."""

import json
from io import BytesIO
from zipfile import ZipFile


def layer(name: str, kind: str = "Conv2D", module: str | None = "keras.layers", **more: object) -> object:
    return {"class_name": kind, "module": module, "config": {"name": name}, "registered_name": None, **more}


def keras_file(*layers: object, root: str = "Functional") -> bytes:
    """Return a file of layers; a name stands for a convolution."""
    whole = [layer(each) if isinstance(each, str) else each for each in layers]
    config = {"class_name": root, "module": "keras", "config": {"name": "network", "layers": whole}}
    return zipped({"config.json": json.dumps(config), "metadata.json": "{}", "model.weights.h5": "weights"})


def zipped(members: dict[str, str]) -> bytes:
    body = BytesIO()
    with ZipFile(body, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return body.getvalue()
