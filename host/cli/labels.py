"""Labels of an import: sends splits and judgements of registered images, with the mask files that they name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace
from pydantic import ValidationError

from functions.api.imports.answers import ImportedLabel, ImportedLabels
from functions.api.imports.entries import entry_to_send
from host.cli.client import Client
from host.cli.failures import Refused
from host.cli.files import LocalImage, blob_at
from host.cli.import_report import ImportReport
from kenpin.domain.invalid import place_and_wording
from kenpin.importing.entry import DefectShape, MaskFile, MaskRuns, Problem, Source, SourceEntry
from kenpin_client import Blob

MAX_NUMBERS: Final = 150_000
"""Numbers in the shapes of one request, which may have 6 MB."""
MASK_NUMBERS: Final = 10_000
"""A mask counts as so many more: the platform has half a minute to make those of a request."""


class LabelSender:
    """Sends the labels of one source to one dataset. `name`: that of the source, in reasons of judgements."""

    def __init__(self, client: Client, dataset_id: str, name: str, source: Source) -> None:
        self._client, self._dataset_id = client, dataset_id
        self._name, self._source = name, source

    def send(self, images: Iterable[LocalImage], report: ImportReport) -> None:
        """Label images, each for itself, and add to the report; what has a verdict or a split keeps it."""
        labelled = [image for image in images if image.entry.verdict or image.entry.split]
        masks, unsent = self._sent_masks(labelled)
        for some in _requests([_without_bad_mask(image, unsent, report) for image in labelled]):
            self._send(some, masks, report)

    def _sent_masks(self, images: Iterable[LocalImage]) -> tuple[dict[str, str], dict[str, str]]:
        """Upload the mask files of the images. Return path → digest, and path → reason of those that cannot be sent."""
        paths = {mask.path: None for image in images for mask in _mask_files(image.entry)}
        found = {path: blob_at(self._source.tree, path) for path in paths}
        blobs = {path: blob for path, blob in found.items() if isinstance(blob, Blob)}
        failed = self._client.upload_blobs(self._dataset_id, blobs.values())
        unsent = {path: bad.what for path, bad in found.items() if isinstance(bad, Problem)}
        unsent |= {path: failed[blob.digest] for path, blob in blobs.items() if blob.digest in failed}
        return {path: blob.digest for path, blob in blobs.items() if path not in unsent}, unsent

    def _send(self, images: Sequence[LocalImage], masks: Mapping[str, str], report: ImportReport) -> None:
        """Send one request. Labels that cannot be sent count as refused."""
        paths, items = {image.blob.digest: image.entry.path for image in images}, []
        for image in images:
            try:
                entry = entry_to_send(image.entry).model_dump(mode="json")
                items.append({"image_id": image.blob.digest, "entry": entry})
            except ValidationError as bad:
                report.refused_labels.append(Problem(image.entry.path, _first_error(bad)))
        if not items:
            return
        named = {mask.path: masks[mask.path] for image in images for mask in _mask_files(image.entry)}
        rule = self._source.split_rule
        body = {"source": self._name, "split_rule": rule, "masks": named, "items": items}
        try:
            answer = self._client.ask(f"/datasets/{self._dataset_id}/imports/labels", body, ImportedLabels)
        except Refused as refusal:
            if len(images) > 1:
                raise
            report.refused_labels.append(Problem(images[0].entry.path, str(refusal)))
            return
        report.version = max(report.version, answer.version)
        for item in answer.items:
            _count(item, paths[item.image_id], report)


def _mask_files(entry: SourceEntry) -> Iterator[MaskFile]:
    return (shape.mask for shape in entry.defects if isinstance(shape.mask, MaskFile))


def _without_bad_mask(image: LocalImage, unsent: Mapping[str, str], report: ImportReport) -> LocalImage:
    """Return an image whose mask cannot be sent without its judgement, which counts as refused."""
    bad = next((mask.path for mask in _mask_files(image.entry) if mask.path in unsent), None)
    if bad is None:
        return image
    report.refused_labels.append(Problem(image.entry.path, f"the mask {bad} {unsent[bad]}"))
    return replace(image, entry=replace(image.entry, verdict=None, defects=()))


def _requests(images: Iterable[LocalImage]) -> Iterator[list[LocalImage]]:
    """Yield the images in groups whose shapes have few enough numbers for a request."""
    some: list[LocalImage] = []
    numbers = 0
    for image in images:
        added = sum(map(_numbers, image.entry.defects))
        if some and numbers + added > MAX_NUMBERS:
            yield some
            some, numbers = [], 0
        some.append(image)
        numbers += added
    if some:
        yield some


def _numbers(shape: DefectShape) -> int:
    counts = len(shape.mask.counts) if isinstance(shape.mask, MaskRuns) else 0
    return counts + 2 * len(shape.polygon or ()) + MASK_NUMBERS * (shape.mask is not None)


def _first_error(bad: ValidationError) -> str:
    return place_and_wording(bad.errors()[0])


def _count(item: ImportedLabel, path: str, report: ImportReport) -> None:
    report.judged += item.outcome == "judged"
    report.already_judged += item.outcome == "already_judged"
    report.split += item.split
    if item.differs:
        report.differing.append(Problem(path, item.differs))
    if item.outcome == "rejected":
        report.refused_labels.append(Problem(path, item.detail))
    if item.clipped:
        report.clipped.append(Problem(path, item.detail))
