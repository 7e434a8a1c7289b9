"""Cache of features on disk, by network and image, bounded in bytes. It can be deleted at any time."""

import os
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from kenpin.domain.ids import ImageId

FeatureRow = NDArray[np.float32]


class FeatureCache:
    """A folder of files for each network. A file is written under a temporary name, then renamed, and never changed.

    So a process may die at any time and several may write at once; at worst an image is stored twice. The files not
    used for longest are deleted once the cache of all networks has more than `most_bytes`.
    """

    def __init__(self, root: Path, network: str, most_bytes: int) -> None:
        self._root, self._folder, self._most_bytes = root, root / network, most_bytes

    def load(self, wanted: Sequence[ImageId]) -> dict[ImageId, FeatureRow]:
        """Return the cached rows of these images; each has the features of one image."""
        missing, rows = set(wanted), dict[ImageId, FeatureRow]()
        for shard in sorted(self._folder.glob("*.safetensors")):
            found = {image_id: row for image_id, row in _read(shard).items() if image_id in missing}
            if found:
                _mark_used(shard)
                missing -= found.keys()
                rows |= found
            if not missing:
                break
        return rows

    def add(self, rows: Mapping[ImageId, FeatureRow]) -> None:
        digests = np.frombuffer(bytes.fromhex("".join(rows)), np.uint8).reshape(-1, 32)
        name = uuid.uuid4().hex
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = self._folder / f"{name}.part"
        with aside.open("xb") as file:
            file.write(save({"digests": digests, "features": np.stack(list(rows.values()))}))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._folder / f"{name}.safetensors")
        _delete_oldest(self._root, self._most_bytes)


def _read(shard: Path) -> dict[ImageId, FeatureRow]:
    try:
        tensors = load_file(shard)
    except (SafetensorError, FileNotFoundError):
        return {}
    digests = (digest.tobytes().hex() for digest in tensors["digests"])
    return dict(zip(digests, tensors["features"], strict=True))


def _mark_used(shard: Path) -> None:
    with suppress(FileNotFoundError):  # another process deleted it
        os.utime(shard)


def _delete_oldest(root: Path, most_bytes: int) -> None:
    """Delete the files not used for longest, and folders without files, until `most_bytes` are left at most."""
    files = list[tuple[float, int, Path]]()
    for path in root.glob("*/*"):
        with suppress(FileNotFoundError):
            found = path.stat()
            files.append((found.st_mtime, found.st_size, path))
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= most_bytes:
            break
        path.unlink(missing_ok=True)
        total -= size
        with suppress(OSError):  # it holds other files
            path.parent.rmdir()
