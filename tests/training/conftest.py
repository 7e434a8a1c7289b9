"""A platform in memory with a small dataset on it, and a network that needs no TensorFlow."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.training_world import BY, MemoryDataset, memory_platform, stored
from kenpin.bootstrap import Platform
from kenpin.domain.dataset.commands import ExcludeImages
from kenpin.domain.ids import ImageId
from kenpin.domain.recipe import Recipe
from kenpin.ports import Job
from kenpin_training.pipeline.network import Network

__all__ = ["BY", "Means", "Photos", "photo", "stored"]
SIZE = 96


def photo(shade: int, seed: int = 0) -> bytes:
    """A grey square with noise on it."""
    noise = np.random.default_rng(seed).integers(0, 60, (30, 40, 3))
    body = BytesIO()
    Image.fromarray((noise + shade).astype(np.uint8)).save(body, "PNG")
    return body.getvalue()


class Means:
    """Stands for a network: the mean colour of each image; counts what it is asked for."""

    def __init__(self) -> None:
        self.seen = 0

    def run(self, images: np.ndarray) -> np.ndarray:
        self.seen += len(images)
        return np.asarray(images.mean(axis=(1, 2), dtype=np.float64), dtype=np.float32)


@pytest.fixture
def means(monkeypatch: pytest.MonkeyPatch) -> Means:
    made = Means()
    monkeypatch.setattr(Network, "compiled", lambda network: made.run)
    return made


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return memory_platform(tmp_path)


class Photos(MemoryDataset):
    """A dataset of dark (OK) and light (NG) photos, in the order they were registered."""

    def exclude(self, ids: Sequence[ImageId]) -> None:
        self.tell(ExcludeImages(image_ids=tuple(ids), reason="blurred"))

    def request(self, run_id: str = "run1", recipe: Recipe | None = None, **changes: object) -> Job:
        return super().request(run_id, recipe or Recipe(image_size=SIZE), **changes)


@pytest.fixture
def photos(platform: Platform) -> Photos:
    return Photos(platform)


@pytest.fixture
def labelled(photos: Photos) -> Photos:
    """6 OK and 6 NG to learn from, 2 and 2 to test on, 5 unlabelled, 1 on hold, 1 excluded."""
    dark, light = ([photo(shade, n) for n in range(8)] for shade in (20, 150))
    ok, ng = photos.add(dark), photos.add(light)
    photos.judge(ok, "OK")
    photos.judge(ng, "NG")
    photos.split([*ok[6:], *ng[6:]], "by part")
    photos.add([photo(20 + 30 * n, 90 + n) for n in range(5)])
    photos.judge(photos.add([photo(80, 98)]), "HOLD")
    photos.exclude(photos.add([photo(250 - 60, 99)]))
    return photos
