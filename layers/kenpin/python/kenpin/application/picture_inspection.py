"""Inspection of a picture that is not stored, by the exported model, in this process."""

from collections import OrderedDict
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final
from zipfile import BadZipFile, ZipFile

from msgspec import Struct
from PIL import Image

from kenpin.application.digest import sha256_of
from kenpin.application.model_exports import object_of
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.decider import Scope
from kenpin.domain.ids import ModelId, Sha256
from kenpin.domain.model.decider import model
from kenpin.domain.model.refusals import ModelIsRetired, NoOnnxExport, NoSuchModel, UnusableExport
from kenpin.domain.model.verdict import is_grey
from kenpin.pictures.limits import UnreadablePicture
from kenpin.ports import NotFound, ObjectStore
from kenpin_inspect.__main__ import inspect
from kenpin_inspect.decode import UnreadableFile
from kenpin_inspect.graphs import open_graph
from kenpin_inspect.judge import Graph
from kenpin_inspect.model_file import NAME, ModelFile, UnusableModel, read_model_file

MAX_OPENED: Final = 2
"""Models that stay in memory"""
MAX_PIXELS: Final = 25_000_000
FORMATS: Final = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "DIB", "GIF", "PPM")
"""Without those for which Pillow starts other programs."""


class OpenedModel(Struct, frozen=True):
    """An export of a model that is ready to judge."""

    described: ModelFile
    graph: Graph


class JudgedPicture(Struct, frozen=True):
    """The answer of an exported model for one picture."""

    score: float
    threshold: float
    grey_from: float | None
    export: Sha256
    classes: dict[str, float]
    """Scores of the defect classes that the model scores for a whole picture"""

    @property
    def is_ng(self) -> bool:
        return self.score >= self.threshold

    @property
    def in_grey_zone(self) -> bool:
        return is_grey(self.score, self.threshold, self.grey_from)


class ExportedModels:
    """Opens exports of models, and keeps those that were asked last."""

    def __init__(self) -> None:
        self._opened: OrderedDict[Sha256, OpenedModel] = OrderedDict()
        self._lock = Lock()

    def opened(self, objects: ObjectStore, digest: Sha256) -> OpenedModel:
        """Return the export with this digest. Raises UnusableExport."""
        with self._lock:
            if digest not in self._opened:
                if len(self._opened) >= MAX_OPENED:
                    self._opened.popitem(last=False)
                self._opened[digest] = _open(objects, digest)
            self._opened.move_to_end(digest)
            return self._opened[digest]


def inspect_picture(
    platform: PlatformParts, models: ExportedModels, model_id: ModelId, content: bytes, camera: str | None
) -> JudgedPicture:
    """Judge a picture by the newest ONNX export of a model, with the threshold that stands.

    `camera`: the camera whose region of interest is judged, and whose window deep grey is seen through.

    Raises NoSuchModel, ModelIsRetired, NoOnnxExport, UnusableExport, UnreadablePicture.
    """
    state = platform.commands.state(model, model_id, Scope())
    if not state.version:
        raise NoSuchModel
    if state.retired:
        raise ModelIsRetired
    if state.onnx_export is None:
        raise NoOnnxExport(model_id)
    _check(content)
    opened = models.opened(platform.objects, state.onnx_export)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "picture"
        path.write_bytes(content)
        try:
            found = inspect(path, opened.described, opened.graph, camera)
        except UnreadableFile as reason:
            raise UnreadablePicture(str(reason)) from None
    return JudgedPicture(found.score, state.threshold, state.grey_from, state.onnx_export, found.classes)


def _check(content: bytes) -> None:
    """Check the head of a picture, so that decoding it takes little memory. Raises UnreadablePicture."""
    try:
        image = Image.open(BytesIO(content), formats=FORMATS)
    except Exception as error:  # decoders raise anything
        raise UnreadablePicture(
            "it is no picture, or of a kind that is not read here; send PNG or JPEG"
        ) from error
    with image:
        if image.width * image.height > MAX_PIXELS:
            raise UnreadablePicture(
                f"it has {image.width}×{image.height} pixels; {MAX_PIXELS:,} at most are inspected here"
            )
        if image.format == "TIFF" and image.info.get("compression") != "raw":
            raise UnreadablePicture("it is a compressed TIFF; send it uncompressed, or as PNG")


def _open(objects: ObjectStore, digest: Sha256) -> OpenedModel:
    try:
        with objects.open(object_of(digest)) as body, TemporaryDirectory() as folder:
            if sha256_of(body) != digest:
                raise UnusableExport("its stored bytes are damaged")
            body.seek(0)
            with ZipFile(body) as archive:
                archive.extract(NAME, folder)
                described = read_model_file(Path(folder))
                archive.extract(described.file, folder)
            return OpenedModel(described, open_graph(Path(folder), described))
    except NotFound:
        raise UnusableExport("its stored bytes are missing") from None
    except (BadZipFile, KeyError):
        raise UnusableExport("its files are incomplete") from None
    except UnusableModel as reason:
        raise UnusableExport(str(reason)) from None
