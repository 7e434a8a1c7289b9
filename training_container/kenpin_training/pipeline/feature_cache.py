"""Cache of features on disk, by network and image. It can be deleted at any time."""

import os
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from kenpin.domain.ids import ImageId

FeatureRow = NDArray[np.float32]

NETWORKS_KEPT: Final = 6


class FeatureCache:
    """A folder of files for each network. A file is written under a temporary name, then renamed, and never changed.

    So a process may die at any time and several may write at once; at worst an image is stored twice.
    """

    def __init__(self, root: Path, network: str) -> None:
        self._folder = root / network
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.touch()
        _forget_oldest(root)

    def load(self, wanted: Sequence[ImageId]) -> dict[ImageId, FeatureRow]:
        """Return the cached rows of these images; each has the features of one image."""
        missing, rows = set(wanted), dict[ImageId, FeatureRow]()
        for shard in sorted(self._folder.glob("*.safetensors")):
            for image_id, row in _read(shard):
                if image_id in missing:
                    missing.remove(image_id)
                    rows[image_id] = row
            if not missing:
                break
        return rows

    def add(self, rows: Mapping[ImageId, FeatureRow]) -> None:
        digests = np.frombuffer(bytes.fromhex("".join(rows)), np.uint8).reshape(-1, 32)
        name = uuid.uuid4().hex
        aside = self._folder / f"{name}.part"
        with aside.open("xb") as file:
            file.write(save({"digests": digests, "features": np.stack(list(rows.values()))}))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._folder / f"{name}.safetensors")


def _read(shard: Path) -> Iterator[tuple[ImageId, FeatureRow]]:
    try:
        tensors = load_file(shard)
    except (SafetensorError, FileNotFoundError):
        return
    for digest, row in zip(tensors["digests"], tensors["features"], strict=True):
        yield digest.tobytes().hex(), row


def _forget_oldest(root: Path) -> None:
    """Delete all but the NETWORKS_KEPT folders used last: each fine-tuned model is a network of its own."""
    with suppress(FileNotFoundError):  # another process forgets the same one
        folders = sorted(root.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
        for folder in folders[NETWORKS_KEPT:]:
            shutil.rmtree(folder, ignore_errors=True)
