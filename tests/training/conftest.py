"""A platform in memory with a small dataset on it, and a network that needs no TensorFlow."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self, cast

import numpy as np
import pytest
from PIL import Image

from kenpin.adapters.memory.doorbell import MemoryDoorbell
from kenpin.adapters.memory.event_store import MemoryEventStore
from kenpin.adapters.memory.job_queue import MemoryJobQueue
from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.application.execute import Commands
from kenpin.bootstrap import Platform
from kenpin.domain.dataset.commands import (
    AssignSplit,
    CreateDataset,
    DatasetCommand,
    ExcludeImages,
    Judgement,
    NewImage,
    RegisterImages,
    SubmitAnnotations,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.values import ImageFile
from kenpin.domain.event import Context
from kenpin.domain.ids import ImageId, Verdict
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import RequestRun
from kenpin.domain.run.decider import run
from kenpin.ports import Job
from kenpin.projections.database import Row
from kenpin.settings import Settings
from kenpin_training.pipeline.network import Network

BY = Context(actor="tester")
SIZE = 96


def photo(shade: int, seed: int = 0) -> bytes:
    """A grey square with noise on it."""
    noise = np.random.default_rng(seed).integers(0, 60, (30, 40, 3))
    body = BytesIO()
    Image.fromarray((noise + shade).astype(np.uint8)).save(body, "PNG")
    return body.getvalue()


def stored(objects: MemoryObjectStore, bodies: Sequence[bytes]) -> list[ImageId]:
    for body in bodies:
        objects.put(f"images/{sha256(body).hexdigest()}", BytesIO(body))
    return [sha256(body).hexdigest() for body in bodies]


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


class NoRows:
    """A database whose tables are empty."""

    @contextmanager
    def reading(self) -> Iterator[Self]:
        yield self

    def execute(self, query: str, parameters: object = ()) -> list[Row]:
        return []


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    events, doorbell = MemoryEventStore("training"), MemoryDoorbell()
    parts: dict[str, Any] = {
        "settings": Settings(data_dir=tmp_path, visibility_seconds=30),
        "events": events,
        "objects": MemoryObjectStore(),
        "jobs": MemoryJobQueue(pause_s=0),
        "doorbell": doorbell,
        "commands": Commands(events, doorbell),
        "database": NoRows(),
    }
    return cast(Platform, SimpleNamespace(**parts))


class Photos:
    """A dataset of dark (OK) and light (NG) photos, in the order they were registered."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.ids: list[ImageId] = []
        self.tell(CreateDataset(dataset_id="photos", project_id="demo", name="Photos"))

    def tell(self, command: DatasetCommand) -> None:
        self.platform.commands.execute(dataset, "photos", command, by=BY)

    def add(self, bodies: Sequence[bytes]) -> list[ImageId]:
        ids = stored(cast(MemoryObjectStore, self.platform.objects), bodies)
        sizes = [Image.open(BytesIO(body)).size for body in bodies]
        files = [ImageFile(size=1, width=wide, height=tall, media_type="image/png") for wide, tall in sizes]
        images = tuple(NewImage(image_id=id, file=file) for id, file in zip(ids, files, strict=True))
        self.tell(RegisterImages(images=images))
        self.ids += ids
        return ids

    def judge(self, ids: Sequence[ImageId], verdict: Verdict) -> None:
        judgements = tuple(Judgement(image_id=id, verdict=verdict) for id in ids)
        self.tell(SubmitAnnotations(annotations=judgements))

    def split(self, ids: Sequence[ImageId], rule: str) -> None:
        self.tell(AssignSplit(image_ids=tuple(ids), split="test", rule=rule))

    def exclude(self, ids: Sequence[ImageId]) -> None:
        self.tell(ExcludeImages(image_ids=tuple(ids), reason="blurred"))

    def request(self, run_id: str = "run1", recipe: Recipe | None = None, **changes: str | int) -> Job:
        head = self.platform.events.head("dataset-photos")
        asked: dict[str, object] = {
            "dataset_version": head.version,
            "dataset_hash": head.hash.hex(),
            **changes,
        }
        asked |= {"run_id": run_id, "project_id": "demo", "dataset_id": "photos"}
        command = RequestRun.model_validate(asked | {"recipe": recipe or Recipe(image_size=SIZE)})
        self.platform.commands.execute(run, run_id, command, by=BY)
        return Job(f"{run_id}@1", "train", run_id, {}, "c1")


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
