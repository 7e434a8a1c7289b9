"""Reads tensors from a legacy PyTorch file without PyTorch, and refuses anything else in it."""

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from msgspec import Struct
from numpy.lib.stride_tricks import as_strided
from numpy.typing import DTypeLike, NDArray

Tensor = NDArray[np.float32] | NDArray[np.int64]

_MAGIC: Final = 0x1950A86A20F9469CFC6C
_STORAGE: Final[dict[str, DTypeLike]] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


class ForbiddenPickle(pickle.UnpicklingError):
    """The file asks for code that a file of tensors has no need of."""


class _Storage(Struct, frozen=True):
    key: str
    dtype: DTypeLike


class _View(Struct, frozen=True):
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    """in elements"""

    def of(self, values: Tensor) -> Tensor:
        last = self.offset + sum((n - 1) * step for n, step in zip(self.shape, self.strides, strict=True))
        if min(self.offset, *self.shape, *self.strides, 0) < 0 or last >= values.size:
            raise ForbiddenPickle(f"a tensor of shape {self.shape} reaches outside its storage")
        steps = [step * values.itemsize for step in self.strides]
        view: Tensor = as_strided(values[self.offset :], self.shape, steps, writeable=False)  # type: ignore[assignment]
        return view


def _view(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> _View:
    return _View(storage, offset, shape, strides)


class _TensorUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        match module, name:
            case "collections", "OrderedDict":
                return OrderedDict
            case "torch._utils", "_rebuild_tensor_v2":
                return _view
            case "torch", ("FloatStorage" | "LongStorage"):
                return _STORAGE[name]
            case _:
                raise ForbiddenPickle(f"the file asks for {module}.{name}; only tensors are read")

    def persistent_load(self, pid: tuple[str, DTypeLike, str, str, int, None]) -> _Storage:
        _kind, dtype, key, *_ = pid
        return _Storage(key, dtype)


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Return the tensors by name. Raises ForbiddenPickle."""
    with path.open("rb") as file:
        magic, _protocol, _machine, views, keys = (_TensorUnpickler(file).load() for _ in range(5))
        if magic != _MAGIC:
            raise ForbiddenPickle(f"{path.name} is not a legacy PyTorch file")
        dtypes = {view.storage.key: view.storage.dtype for view in views.values()}
        values = {key: _read_storage(file, dtypes[key]) for key in keys}
    return {name: view.of(values[view.storage.key]) for name, view in views.items()}


def _read_storage(file: BinaryIO, dtype: DTypeLike) -> Tensor:
    count = int.from_bytes(file.read(8), "little")
    return np.frombuffer(file.read(count * np.dtype(dtype).itemsize), dtype, count)
