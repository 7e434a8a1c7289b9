"""A small factory with a history of its own, and how a place is looked at from outside."""

import hashlib
from io import BytesIO
from pathlib import Path

from kenpin.adapters.filesystem.object_store import FilesystemObjectStore
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.application.execute import Commands
from kenpin.bootstrap import prepare
from kenpin.domain.commit import Finding, Head, genesis, verify
from kenpin.domain.dataset.commands import (
    AssignSplit,
    CreateDataset,
    ExcludeImages,
    Judgement,
    NewImage,
    RegisterImages,
    SubmitAnnotations,
    TagVersion,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.values import ImageFile
from kenpin.domain.event import Context
from kenpin.domain.project.commands import CreateProject, DefineDefectClass
from kenpin.domain.project.decider import project
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import FailRun, RequestRun
from kenpin.domain.run.decider import run
from kenpin.ports import Doorbell, EventStore, History, ObjectStore

BY = Context(actor="inspector", correlation_id="c1")
TENANT = "acme"


class NoProgress(Doorbell):
    def ring(self, stream: str) -> None: ...


def make(store: EventStore, objects: ObjectStore, images: int = 60) -> None:
    """A project, a dataset with judgements, splits and an exclusion, and a run that failed."""
    commands = Commands(store, NoProgress())
    commands.execute(project, "plant", CreateProject(project_id="plant", name="工場"), by=BY)
    commands.execute(project, "plant", DefineDefectClass(class_id="scratch", name="傷"), by=BY)
    commands.execute(
        dataset, "parts", CreateDataset(dataset_id="parts", project_id="plant", name="Parts"), by=BY
    )
    ids = [_put(objects, "images", f"photo {n}".encode()) for n in range(images)]
    file = ImageFile(size=7, width=64, height=48, media_type="image/png")
    arrived = RegisterImages(images=tuple(NewImage(image_id=i, file=file) for i in ids))
    commands.execute(dataset, "parts", arrived, by=BY)
    split = AssignSplit(image_ids=tuple(ids[:10]), split="test", rule="first ten")
    commands.execute(dataset, "parts", split, by=BY)
    for start in range(0, images, 20):
        judged = (Judgement(image_id=i, verdict="OK") for i in ids[start : start + 20])
        commands.execute(dataset, "parts", SubmitAnnotations(annotations=tuple(judged)), by=BY)
    for id in ids[:25]:
        judged_again = Judgement(image_id=id, verdict="NG")
        commands.execute(dataset, "parts", SubmitAnnotations(annotations=(judged_again,)), by=BY)
    commands.execute(dataset, "parts", ExcludeImages(image_ids=(ids[30],), reason="blurred"), by=BY)
    commands.execute(dataset, "parts", TagVersion(name="v1"), by=BY)
    head = store.head("dataset-parts")
    asked = {"dataset_id": "parts", "dataset_version": head.version, "dataset_hash": head.hash.hex()}
    requested = RequestRun.model_validate({"run_id": "r1", "project_id": "plant", "recipe": Recipe()} | asked)
    commands.execute(run, "r1", requested, by=BY)
    commands.execute(run, "r1", FailRun(attempt=0, reason="x", log_tail="", final=True), by=BY)
    _put(objects, "models", b"a model", ".safetensors")
    _put(objects, "predictions", b"scores", ".parquet")


def _put(objects: ObjectStore, kind: str, body: bytes, ending: str = "") -> str:
    digest = hashlib.sha256(body).hexdigest()
    objects.put(f"{kind}/{digest}{ending}", BytesIO(body))
    return digest


def objects_in(data_dir: Path) -> FilesystemObjectStore:
    return FilesystemObjectStore(data_dir / "objects", "", b"")


def make_on_one_machine(url: str, data_dir: Path) -> list[Head]:
    prepare(url)
    database = PostgresDatabase(url)
    store = PostgresEventStore(database, TENANT)
    make(store, objects_in(data_dir))
    heads = list(store.heads())
    database.close()
    return heads


def sound(history: History) -> bool:
    """Return True when every stream verifies from its genesis to its head."""
    for head in history.heads():
        start = Head(head.stream, 0, genesis(history.tenant, head.stream))
        *findings, reached = verify(start, history.read(head.stream))
        if findings or isinstance(reached, Finding) or reached != head:
            return False
    return True


def names(objects: ObjectStore) -> list[str]:
    return [name for kind in ("images", "models", "predictions") for name in objects.names(f"{kind}/")]
