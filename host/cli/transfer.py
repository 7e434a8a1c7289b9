"""Imports images and labels into a dataset as a stream. Repeating adds nothing; an interrupted import continues."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Final

from msgspec import Struct

from functions.api.images.answers import Registered
from functions.api.projects.answers import Project
from host.cli.client import Client
from host.cli.corrections import corrections_of_captures, send
from host.cli.files import THREADS, LocalImage, local_image
from host.cli.import_report import ImportReport, new_report
from host.cli.labels import LabelSender
from host.cli.stages import stage
from kenpin.application.move import ProgressListener
from kenpin.importing.class_ids import ClassIds, ids_by_name
from kenpin.importing.entry import Problem, Source, SourceEntry
from kenpin.importing.plan import label_difference

CHUNK: Final = 90
"""Images of one request: as many as can be judged together."""


class Chunk(Struct):
    """Images that go through the stages together, and what became of them."""

    entries: int
    images: list[LocalImage]
    report: ImportReport


class Transfer:
    """The import of one source into one dataset."""

    def __init__(self, client: Client, dataset_id: str, name: str, progress: ProgressListener) -> None:
        """`name`: that of the source, in the reasons of its judgements."""
        self._client, self._name, self._progress = client, name, progress
        self._first: dict[bytes, SourceEntry] = {}
        """The first entry with these bytes, by digest."""
        self._captures: dict[str, Mapping[str, str | None]] = {}
        """The conditions that the source gives for known images, by digest."""
        client.batch = client.batch or f"import-{secrets.token_hex(4)}"
        self.report = new_report(dataset_id, client.batch)

    def run(self, source: Source) -> ImportReport:
        """Import all entries. Few chunks are in memory at once."""
        self._define_classes(source.entries)
        self._progress.stage("import", len(source.entries))
        with ThreadPoolExecutor(THREADS) as readers:
            for chunk in self._stages(source, readers):
                self.report.add(chunk.report)
                self._progress.step(chunk.entries)
        self._catch_up()
        if self._captures:
            self._correct_captures()
            self._catch_up()
        return self.report

    def _catch_up(self) -> None:
        if self.report.version:
            self._client.caught_up(self.report.dataset_id, self.report.version)

    def _correct_captures(self) -> None:
        """Correct the conditions of known images that differ from those of the source."""
        id, reason = self.report.dataset_id, f"imported from {self._name}"
        for version in send(
            self._client, id, corrections_of_captures(self._client, id, self._captures), reason
        ):
            self.report.corrected += 1
            self.report.version = version

    def _stages(self, source: Source, readers: Executor) -> Iterator[Chunk]:
        """Yield chunks that were read, uploaded, registered and labelled, each stage beside the others."""
        labels = LabelSender(self._client, self.report.dataset_id, self._name, source)

        def label(chunk: Chunk) -> Chunk:
            labels.send(chunk.images, chunk.report)
            return chunk

        read = self._read(source, readers)
        uploaded = stage(self._upload, read)
        return stage(label, stage(self._register, uploaded))

    def _read(self, source: Source, readers: Executor) -> Iterator[Chunk]:
        for start in range(0, len(source.entries), CHUNK):
            some = source.entries[start : start + CHUNK]
            chunk = Chunk(len(some), [], new_report())
            for read in readers.map(lambda entry: _local_image(source, entry), some):
                if isinstance(read, Problem):
                    chunk.report.problems.append(read)
                elif self._is_first(read, chunk.report):
                    chunk.images.append(read)
            yield chunk

    def _is_first(self, image: LocalImage, report: ImportReport) -> bool:
        """Return False for bytes that came before: a copy, or a problem where the label is another one."""
        entry = image.entry
        first = self._first.setdefault(bytes.fromhex(image.blob.digest), entry)
        if first is entry:
            return True
        if why := label_difference(first, entry):
            report.problems.append(Problem(entry.path, f"same bytes as {first.path}: they are {why}"))
        else:
            report.copies.append(Problem(entry.path, f"same bytes as {first.path}"))
        return False

    def _upload(self, chunk: Chunk) -> Chunk:
        """Upload the files that are not stored yet; those that cannot be sent become problems."""
        blobs = [image.blob for image in chunk.images]
        _reject(chunk, self._client.upload_blobs(self.report.dataset_id, blobs))
        return chunk

    def _register(self, chunk: Chunk) -> Chunk:
        """Register the images; the chunk keeps those that came in."""
        if not chunk.images:
            return chunk
        body = {"images": [_arrival(image) for image in chunk.images]}
        answer = self._client.ask(f"/datasets/{self.report.dataset_id}/images", body, Registered)
        outcomes = [item.outcome for item in answer.items]
        chunk.report.version = answer.version
        chunk.report.registered = outcomes.count("registered")
        chunk.report.known = outcomes.count("known")
        known = {item.digest for item in answer.items if item.outcome == "known"}
        given = {image.blob.digest: image.entry.capture for image in chunk.images if image.entry.capture}
        self._captures |= {digest: given[digest] for digest in given.keys() & known}
        chunk.report.excluded = sum(item.excluded for item in answer.items)
        _reject(chunk, {item.digest: item.detail for item in answer.items if item.outcome == "rejected"})
        return chunk

    def _define_classes(self, entries: Sequence[SourceEntry | Problem]) -> None:
        """Add the defect classes that the project's label book lacks."""
        names = list(dict.fromkeys(_class_names(entries)))
        if not names:
            return
        dataset = self._client.caught_up(self.report.dataset_id, 1)
        head = self._client.head(f"project-{dataset.project_id}")  # a class may have been added a moment ago
        project = self._client.get(f"/projects/{dataset.project_id}", Project, min_version=head)
        known = {each.class_id for each in project.defect_classes}
        class_ids = ClassIds(ids_by_name(project.defect_classes))
        keys = iter(sorted(set(range(1, 10)) - {each.key for each in project.defect_classes}))
        version = head
        for name in names:
            if (class_id := class_ids.id_of(name)) not in known:
                body = {"class_id": class_id, "name": name, "key": next(keys, None)}
                version = self._client.post(f"/projects/{project.project_id}/defect-classes", body).version
                known.add(class_id)
        self._client.get(f"/projects/{project.project_id}", Project, min_version=version)


def _reject(chunk: Chunk, reasons: dict[str, str]) -> None:
    """Turn the images with these digests into problems."""
    bad = [image for image in chunk.images if image.blob.digest in reasons]
    chunk.report.problems += [Problem(image.entry.path, reasons[image.blob.digest]) for image in bad]
    chunk.images = [image for image in chunk.images if image.blob.digest not in reasons]


def _local_image(source: Source, entry: SourceEntry | Problem) -> LocalImage | Problem:
    return entry if isinstance(entry, Problem) else local_image(source.tree, entry)


def _class_names(entries: Iterable[SourceEntry | Problem]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, SourceEntry) and entry.verdict:
            yield from (shape.class_name for shape in entry.defects)


def _arrival(image: LocalImage) -> dict[str, object]:
    known = {"digest": image.blob.digest, "name": image.entry.name, "capture": dict(image.entry.capture)}
    return {**known, "group": image.entry.group[:64] or None}
