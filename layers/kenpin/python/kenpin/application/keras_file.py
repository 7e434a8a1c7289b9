"""The Keras file of a network: checked by its configuration, without running anything of it."""

import json
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import BinaryIO, Final
from zipfile import BadZipFile, ZipFile

from kenpin.domain.project.refusals import UnusableKerasFile

MAX_BYTES: Final = 256 * 2**20
MAX_CONFIG_BYTES: Final = 16 * 2**20
MEMBERS: Final = ("config.json", "model.weights.h5")
RUNS_CODE: Final = frozenset({"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"})
"""Layers of Keras that run code of the file, or of other libraries"""
Json = Mapping[str, object]


def check_size(size: int) -> None:
    """Raises UnusableKerasFile."""
    if size > MAX_BYTES:
        raise UnusableKerasFile(
            f"it has {size // 2**20} MB, and at most {MAX_BYTES // 2**20} are taken; leave the layers after the last "
            "tap out"
        )


def check_keras_file(body: BinaryIO, taps: Collection[str]) -> None:
    """Check that the file is a plain network of Keras's own layers, and has the taps. Raises UnusableKerasFile."""
    config = _config(body)
    if config.get("class_name") not in ("Functional", "Sequential"):
        raise UnusableKerasFile(
            f"it holds a {config.get('class_name')}, not a Functional or Sequential model; build it by "
            "keras.Model(inputs, outputs) and save that"
        )
    for each in _objects(config):
        _check_is_of_keras(each)
    names = _layer_names(config)
    for tap in taps:
        if tap not in names:
            near = ", ".join(get_close_matches(tap, names, 3, 0) or names[:3])
            raise UnusableKerasFile(
                f"taps: it has no layer {tap}; of its {len(names)} layers, near are {near}"
            )


def _config(body: BinaryIO) -> Json:
    try:
        with ZipFile(body) as archive:
            sizes = {each.filename: each.file_size for each in archive.infolist()}
            if lacking := [name for name in MEMBERS if name not in sizes]:
                raise UnusableKerasFile(f"it has no {lacking[0]}; save the model by model.save('name.keras')")
            if sizes["config.json"] > MAX_CONFIG_BYTES or sum(sizes.values()) > 2 * MAX_BYTES:
                raise UnusableKerasFile("it is too large when unpacked")
            config = json.loads(archive.read("config.json"))
    except (BadZipFile, OSError, EOFError, NotImplementedError) as error:
        raise UnusableKerasFile("it is no .keras file; save the model by model.save('name.keras')") from error
    except (ValueError, RecursionError) as error:
        raise UnusableKerasFile("its config.json cannot be read; save the model anew") from error
    if not isinstance(config, dict):
        raise UnusableKerasFile("its config.json describes no model; save the model anew")
    return config


def _objects(config: object) -> Iterator[Json]:
    """Yield every object that Keras would make, at any depth."""
    waiting = [config]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if "class_name" in each:
                yield each
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each


def _check_is_of_keras(each: Json) -> None:
    name, module, registered = (each.get(key) for key in ("class_name", "module", "registered_name"))
    if name in RUNS_CODE:
        raise UnusableKerasFile(f"a {name} layer runs code; build the network of Keras's other layers")
    is_own = module is None or module == "keras" or str(module).startswith("keras.")
    if not is_own or ">" in str(registered or ""):
        raise UnusableKerasFile(
            f"{name} is no layer of Keras ({module}); build the network of Keras's own layers"
        )


def _layer_names(config: Json) -> list[str]:
    inner = config.get("config")
    layers = inner.get("layers") if isinstance(inner, dict) else None
    found = [each.get("config") for each in layers or () if isinstance(each, dict)]
    return [str(each["name"]) for each in found if isinstance(each, dict) and "name" in each]
