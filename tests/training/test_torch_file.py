"""The reader of PyTorch files takes tensors and nothing else, and all of them."""

import os
import pickle
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from kenpin.domain.recipe import Architecture
from kenpin_training.backbones.efficientnet_lite import weights
from kenpin_training.backbones.efficientnet_lite.torch_file import ForbiddenPickle, read_tensors
from kenpin_training.backbones.efficientnet_lite.variants import BACKBONES, EFFICIENTNET_LITE0

PINNED = [
    ("efficientnet-lite0", 247, 4_694_024),
    ("efficientnet-lite1", 322, 5_470_344),
    ("efficientnet-lite2", 322, 6_150_168),
]
MAGIC = 0x1950A86A20F9469CFC6C


class Call:
    """Pickles as a call of any function."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.made = (function, arguments)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.made


def written(path: Path, *parts: object) -> Path:
    path.write_bytes(b"".join(pickle.dumps(part, protocol=2) for part in parts))
    return path


@pytest.mark.parametrize(
    "harm",
    [
        Call(os.system, "true"),
        Call(eval, "1"),
        Call(getattr, OrderedDict, "fromkeys"),
        Call(open, "/dev/null"),
    ],
    ids=["system", "eval", "getattr", "open"],
)
def test_code_is_refused_wherever_it_stands(harm: Call, tmp_path: Path) -> None:
    with pytest.raises(ForbiddenPickle, match="only tensors"):
        read_tensors(written(tmp_path / "first", harm))
    with pytest.raises(ForbiddenPickle, match="only tensors"):
        read_tensors(written(tmp_path / "later", MAGIC, 1001, {}, OrderedDict(weight=harm)))


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ForbiddenPickle, match="not a legacy"):
        read_tensors(written(tmp_path / "other", 1, 1001, {}, OrderedDict(), []))


def test_a_tensor_reads_no_further_than_its_storage() -> None:
    from kenpin_training.backbones.efficientnet_lite.torch_file import _Storage, _view

    storage, values = _Storage("1", np.dtype("<f4")), np.arange(6, dtype=np.float32)
    assert _view(storage, 0, (3, 2), (1, 3)).of(values).tolist() == [[0, 3], [1, 4], [2, 5]]
    for reaching in (
        _view(storage, 1, (3, 2), (1, 3)),
        _view(storage, -1, (2,), (1,)),
        _view(storage, 3, (2,), (-4,)),
    ):
        with pytest.raises(ForbiddenPickle, match="outside"):
            reaching.of(values)


@pytest.mark.parametrize(("name", "variables", "parameters"), PINNED)
def test_every_tensor_of_the_pinned_file_is_taken(
    name: Architecture, variables: int, parameters: int
) -> None:
    tensors = read_tensors(BACKBONES[name].weights.path)
    taken = weights.convert(tensors)
    counted_by_pytorch = [name for name in tensors if name.endswith("num_batches_tracked")]
    values = [value for layer in taken.values() for value in layer]
    assert len(values) == len(tensors) - len(counted_by_pytorch) == variables
    assert sum(value.size for value in values) == parameters


def test_other_weights_are_refused() -> None:
    other = weights.WeightsFile("kenpin_training", "__init__.py", EFFICIENTNET_LITE0.weights.digest)
    with pytest.raises(weights.WrongWeights, match="pinned"):
        other.load()
