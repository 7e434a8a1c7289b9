"""Imports images and labels into a dataset. Repeating adds nothing; an interrupted import continues."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from functions.api.images.answers import Image, Registered, Uploads
from functions.api.projects.answers import Project
from functions.http.answers import Accepted
from host.cli.client import Client
from host.cli.failures import Refused
from host.cli.files import THREADS, Blob, LocalImage, blob_of, local_image
from host.cli.stages import stage
from kenpin.application.move import ProgressListener
from kenpin.importing.class_ids import ClassIds, ids_by_name
from kenpin.importing.entry import DefectShape, Problem, Source, SourceEntry
from kenpin.importing.json_values import InvalidItem
from kenpin.importing.mask import png_of
from kenpin.importing.shapes import clipped, in_pixels

T = TypeVar("T")
CHUNK: Final = 90
"""Images of one request: as many as can be judged together."""
SPLIT_CHUNK: Final = 500


class ImportReport(Struct):
    """The outcome of every image of an import, or of some of them."""

    dataset_id: str = ""
    batch_id: str = ""
    """The batch of all decisions of the import, for `kenpin undo`."""
    version: int = 0
    registered: int = 0
    known: int = 0
    judged: int = 0
    already_judged: int = 0
    split: int = 0
    clipped: list[Problem] = []
    """Images of which a shape was cut off at the edge"""
    problems: list[Problem] = []

    def add(self, other: "ImportReport") -> None:
        self.version = max(self.version, other.version)
        self.registered += other.registered
        self.known += other.known
        self.judged += other.judged
        self.already_judged += other.already_judged
        self.split += other.split
        self.clipped += other.clipped
        self.problems += other.problems


class Chunk(Struct):
    """Images that go through the stages together, and what became of them."""

    entries: int
    images: list[LocalImage]
    report: ImportReport


class Transfer:
    """The import of one source into one dataset."""

    def __init__(self, client: Client, dataset_id: str, name: str, progress: ProgressListener) -> None:
        self._client, self._progress = client, progress
        self._path = f"/datasets/{dataset_id}"
        self._name, self._class_ids = name, ClassIds({})
        self._first: dict[bytes, SourceEntry] = {}
        """The first entry with these bytes, by digest."""
        client.batch = client.batch or f"import-{secrets.token_hex(4)}"
        self.report = ImportReport(dataset_id=dataset_id, batch_id=client.batch)

    def run(self, source: Source) -> ImportReport:
        self._tree, self._split_rule = source.tree, source.split_rule
        images: list[LocalImage] = []
        self._progress.stage("import", len(source.entries))
        with ThreadPoolExecutor(THREADS) as readers, ThreadPoolExecutor(THREADS) as senders:
            self._senders = senders
            read = self._read(readers, source.entries)
            for chunk in stage(self._register, stage(self._upload, read)):
                self.report.add(chunk.report)
                images += chunk.images
                self._progress.step(chunk.entries)
            self._catch_up()
            current = self._current_images()
            self._assign_splits(images, current)
            self._judge(images, current)
        self._catch_up()
        return self.report

    def _catch_up(self) -> None:
        """Wait until the rows show what was sent."""
        if self.report.version:
            self._client.caught_up(self.report.dataset_id, self.report.version)

    def _read(self, readers: ThreadPoolExecutor, entries: Sequence[SourceEntry | Problem]) -> Iterator[Chunk]:
        for some in chunks(entries, CHUNK):
            chunk = Chunk(len(some), [], ImportReport(problems=[], clipped=[]))
            for read in readers.map(self._local_image, some):
                first = self._as_first(read) if isinstance(read, LocalImage) else read
                if isinstance(first, Problem):
                    chunk.report.problems.append(first)
                elif first is not None:
                    chunk.images.append(first)
            yield chunk

    def _local_image(self, entry: SourceEntry | Problem) -> LocalImage | Problem:
        return entry if isinstance(entry, Problem) else local_image(self._tree, entry)

    def _as_first(self, image: LocalImage) -> LocalImage | Problem | None:
        """Return the first image with these bytes. A copy is none; one that is judged differently is a problem."""
        entry = image.entry
        first = self._first.setdefault(bytes.fromhex(image.blob.digest), entry)
        if first is entry:
            return image
        if first.verdict == entry.verdict:
            return None
        says = f"says {first.verdict or 'nothing'}, not {entry.verdict or 'nothing'}"
        return Problem(entry.path, f"same bytes as {first.path}, which {says}")

    def _upload(self, chunk: Chunk) -> Chunk:
        """Upload the files that are not stored yet; those that cannot be sent become problems."""
        failed = self._send([image.blob for image in chunk.images])
        chunk.report.problems += [
            Problem(i.entry.path, failed[i.blob.digest]) for i in chunk.images if i.blob.digest in failed
        ]
        chunk.images = [image for image in chunk.images if image.blob.digest not in failed]
        return chunk

    def _send(self, blobs: Sequence[Blob]) -> dict[str, str]:
        """Upload the blobs that are not stored yet. Return digest → reason of those that cannot be sent."""
        by_digest = {blob.digest: blob for blob in blobs}
        files = [{"digest": b.digest, "size": b.size, "media_type": b.media_type} for b in by_digest.values()]
        if not files:
            return {}
        planned = self._client.ask(f"{self._path}/uploads", {"files": files}, Uploads).uploads
        wanted = [(by_digest[plan.digest], plan.url) for plan in planned if plan.url is not None]
        reasons = self._senders.map(lambda each: self._put(*each), wanted)
        return {blob.digest: why for (blob, _), why in zip(wanted, reasons, strict=True) if why}

    def _put(self, blob: Blob, url: str) -> str:
        """Upload one blob; return the reason why it cannot be sent, empty when it was."""
        try:
            self._client.upload(url, blob)
        except Refused as refusal:
            return str(refusal)
        except OSError as error:
            return f"cannot be read: {error.strerror}"
        return ""

    def _register(self, chunk: Chunk) -> Chunk:
        if not chunk.images:
            return chunk
        names = {image.blob.digest: image.entry.path for image in chunk.images}
        body = {"images": [_arrival(image) for image in chunk.images]}
        answer = self._client.ask(f"{self._path}/images", body, Registered)
        outcomes = [item.outcome for item in answer.items]
        chunk.report.version = answer.version
        chunk.report.registered = outcomes.count("registered")
        chunk.report.known = outcomes.count("known")
        rejected = [item for item in answer.items if item.outcome == "rejected"]
        chunk.report.problems += [Problem(names[item.digest], item.detail) for item in rejected]
        return chunk

    def _current_images(self) -> dict[str, Image]:
        """Return every image that is not excluded, by id."""
        return {image.image_id: image for image in self._client.images(self.report.dataset_id)}

    def _assign_splits(self, images: list[LocalImage], current: dict[str, Image]) -> None:
        for split in ("train", "validation", "test"):
            ids = [i.blob.digest for i in images if i.entry.split == split and i.blob.digest in current]
            unassigned = [id for id in ids if current[id].split is None]
            for chunk in chunks(unassigned, SPLIT_CHUNK):
                body = {"image_ids": chunk, "split": split, "rule": self._split_rule}
                self._note_version(self._client.post(f"{self._path}/splits", body))
                self.report.split += len(chunk)

    def _judge(self, images: list[LocalImage], current: dict[str, Image]) -> None:
        """Judge images that have no verdict yet: an import never overrules a person."""
        labelled = [i for i in images if i.entry.verdict and i.blob.digest in current]
        new = [image for image in labelled if current[image.blob.digest].verdict is None]
        self.report.already_judged = len(labelled) - len(new)
        if not new:
            return
        self._define_classes(shape for image in new for shape in image.entry.defects)
        self._progress.stage("label", len(new))
        for chunk in chunks(new, CHUNK):
            masks: dict[DefectShape, Blob] = {}
            judged = [each for image in chunk if (each := self._fitted(image, current, masks))]
            if masks:
                self._send(list(masks.values()))
            self._send_judgements([(i, self._judgement(i, current[i.blob.digest], masks)) for i in judged])
            self._progress.step(len(chunk))

    def _send_judgements(self, judged: Sequence[tuple[LocalImage, dict[str, object]]]) -> None:
        """Send judgements together; where one is refused, each by itself, so that the others come in."""
        if not judged:
            return
        try:
            body = {"annotations": [judgement for _, judgement in judged]}
            self._note_version(self._client.post(f"{self._path}/annotations", body))
            self.report.judged += len(judged)
        except Refused as refusal:
            if len(judged) == 1:
                self.report.problems.append(Problem(judged[0][0].entry.path, str(refusal)))
                return
            for each in judged:
                self._send_judgements([each])

    def _fitted(
        self, image: LocalImage, current: dict[str, Image], masks: dict[DefectShape, Blob]
    ) -> LocalImage | None:
        """Return the image with its shapes in pixels, and add its masks; None, with a problem, where one is bad."""
        size = current[image.blob.digest].width, current[image.blob.digest].height
        given = tuple(in_pixels(shape, *size) for shape in image.entry.defects)
        try:
            shapes = tuple(clipped(shape, *size) for shape in given)
            masks.update({shape: blob for shape in shapes if (blob := self._mask(shape, size))})
        except InvalidItem as bad:
            self.report.problems.append(Problem(image.entry.path, str(bad)))
            return None
        if shapes != given:
            what = f"a shape goes beyond the picture ({size[0]}×{size[1]}) and is cut off there"
            self.report.clipped.append(Problem(image.entry.path, what))
        return replace(image, entry=replace(image.entry, defects=shapes))

    def _define_classes(self, shapes: Iterable[DefectShape]) -> None:
        """Add the defect classes that the project's label book lacks."""
        project = self._client.project_of(self.report.dataset_id)
        known = {each.class_id for each in project.defect_classes}
        self._class_ids = ClassIds(ids_by_name(project.defect_classes))
        keys = iter(sorted(set(range(1, 10)) - {each.key for each in project.defect_classes}))
        version = project.version
        for name in dict.fromkeys(shape.class_name for shape in shapes):
            if (class_id := self._class_ids.id_of(name)) not in known:
                body = {"class_id": class_id, "name": name, "key": next(keys, None)}
                version = self._client.post(f"/projects/{project.project_id}/defect-classes", body).version
                known.add(class_id)
        self._client.get(f"/projects/{project.project_id}", Project, min_version=version)

    def _judgement(
        self, image: LocalImage, current: Image, masks: dict[DefectShape, Blob]
    ) -> dict[str, object]:
        defects = [
            {
                "class_id": self._class_ids.id_of(shape.class_name),
                "box": shape.box,
                "polygon": shape.polygon,
                "mask": masks[shape].digest if shape in masks else None,
            }
            for shape in image.entry.defects
            if shape.mask is None or shape in masks
        ]
        return {
            "image_id": image.blob.digest,
            "verdict": image.entry.verdict,
            "defects": defects,
            "revision": current.revision,
            "reason": image.entry.reason or f"imported from {self._name}",
        }

    def _mask(self, shape: DefectShape, size: tuple[int, int]) -> Blob | None:
        content = png_of(self._tree, shape.mask, size) if shape.mask else None
        return blob_of(content, "image/png") if content else None

    def _note_version(self, accepted: Accepted) -> None:
        self.report.version = accepted.version


def _arrival(image: LocalImage) -> dict[str, object]:
    known = {"digest": image.blob.digest, "name": image.entry.name, "capture": dict(image.entry.capture)}
    return {**known, "group": image.entry.group[:64] or None}


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
