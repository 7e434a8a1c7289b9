"""A platform in memory and a dataset on it: tests and benches train on them without a database or a host."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Final, Self, cast

from PIL import Image

from kenpin.adapters.memory.doorbell import MemoryDoorbell
from kenpin.adapters.memory.event_store import MemoryEventStore
from kenpin.adapters.memory.job_queue import MemoryJobQueue
from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.application.execute import Commands
from kenpin.bootstrap import Platform
from kenpin.domain.commit import MAX_ENTITIES
from kenpin.domain.dataset.commands import (
    AssignSplit,
    CreateDataset,
    DatasetCommand,
    Judgement,
    NewImage,
    RegisterImages,
    SubmitAnnotations,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.values import Capture, ImageFile
from kenpin.domain.event import Context
from kenpin.domain.ids import ImageId, Verdict
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import RequestRun
from kenpin.domain.run.decider import run
from kenpin.ports import Job, ObjectStore
from kenpin.projections.database import Row
from kenpin.settings import Settings

BY: Final = Context(actor="tester")


class EmptyResult(list[Row]):
    """The answer to every question: no row."""

    def fetchall(self) -> list[Row]:
        return self


class NoRows:
    """A database whose tables are empty."""

    @contextmanager
    def reading(self) -> Iterator[Self]:
        yield self

    def execute(self, query: str, parameters: object = ()) -> EmptyResult:
        return EmptyResult()


def memory_platform(folder: Path, objects: ObjectStore | None = None) -> Platform:
    """Return a platform whose events, and objects if none are given, live in memory; caches go to the folder."""
    events, doorbell = MemoryEventStore("training"), MemoryDoorbell()
    parts = SimpleNamespace(
        settings=Settings(data_dir=folder, visibility_seconds=30),
        events=events,
        objects=objects or MemoryObjectStore(),
        jobs=MemoryJobQueue(pause_s=0),
        doorbell=doorbell,
        commands=Commands(events, doorbell),
        database=NoRows(),
    )
    return cast(Platform, parts)


def stored(objects: ObjectStore, bodies: Sequence[bytes]) -> list[ImageId]:
    """Store images; return their ids."""
    for body in bodies:
        objects.put(f"images/{sha256(body).hexdigest()}", BytesIO(body))
    return [sha256(body).hexdigest() for body in bodies]


class MemoryDataset:
    """The dataset `photos` of a platform, with its images in the order that they were registered in."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.ids: list[ImageId] = []
        self.tell(CreateDataset(dataset_id="photos", project_id="demo", name="Photos"))

    def tell(self, command: DatasetCommand) -> None:
        self.platform.commands.execute(dataset, "photos", command, by=BY)

    def add(
        self, bodies: Sequence[bytes], part: str | None = None, camera: str | None = None
    ) -> list[ImageId]:
        """Store and register images, all of one part and one camera where they are named."""
        ids = stored(self.platform.objects, bodies)
        images = [
            NewImage(image_id=id, file=_file(body), capture=Capture(part=part, camera=camera))
            for id, body in zip(ids, bodies, strict=True)
        ]
        for start in range(0, len(images), MAX_ENTITIES):
            self.tell(RegisterImages(images=tuple(images[start : start + MAX_ENTITIES])))
        self.ids += ids
        return ids

    def judge(self, ids: Sequence[ImageId], verdict: Verdict) -> None:
        self.submit([Judgement(image_id=id, verdict=verdict) for id in ids])

    def submit(self, judgements: Sequence[Judgement]) -> None:
        for start in range(0, len(judgements), MAX_ENTITIES):
            self.tell(SubmitAnnotations(annotations=tuple(judgements[start : start + MAX_ENTITIES])))

    def split(self, ids: Sequence[ImageId], rule: str) -> None:
        self.tell(AssignSplit(image_ids=tuple(ids), split="test", rule=rule))

    def request(self, run_id: str = "run1", recipe: Recipe | None = None, **changes: object) -> Job:
        """Request a run on the dataset as it stands; return its job."""
        head = self.platform.events.head("dataset-photos")
        asked: dict[str, object] = {
            "dataset_version": head.version,
            "dataset_hash": head.hash.hex(),
            **changes,
        }
        asked |= {"run_id": run_id, "project_id": "demo", "dataset_id": "photos"}
        command = RequestRun.model_validate(asked | {"recipe": recipe or Recipe()})
        self.platform.commands.execute(run, run_id, command, by=BY)
        return Job(f"{run_id}@1", "train", run_id, {}, "c1")


def _file(body: bytes) -> ImageFile:
    with Image.open(BytesIO(body)) as image:
        media_type = Image.MIME[image.format or "PNG"]
        return ImageFile(size=len(body), width=image.width, height=image.height, media_type=media_type)
