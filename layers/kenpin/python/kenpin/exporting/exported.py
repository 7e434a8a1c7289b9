"""The input and the output of every writer: images with what is known of them, and the pieces of files."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from kenpin.domain.ids import Split, Verdict
from kenpin.pictures.outline import Outline

Box = tuple[float, float, float, float]
"""x, y, width, height in pixels"""


class ExportedDefect(Struct, frozen=True):
    """One defect: the name of its class, and where it is."""

    class_name: str
    box: Box | None = None
    polygon: Outline | None = None
    mask: Callable[[], bytes] | None = None
    """Reads the stored PNG, which is as large as the image; where it is not 0 there is the defect."""


class ExportedImage(Struct, frozen=True):
    """One image as of the version of the export. `name` is a safe file name that no other image of it has."""

    image_id: str
    name: str
    width: int
    height: int
    size: int
    """bytes"""
    media_type: str
    verdict: Verdict | None = None
    split: Split | None = None
    group: str = ""
    judged_at: str = ""
    """ISO 8601"""
    defects: tuple[ExportedDefect, ...] = ()
    capture: Mapping[str, str] = {}

    @property
    def stem(self) -> str:
        """The name without its suffix; no other image of the export has it."""
        return self.name.rpartition(".")[0]


class Export(Struct, frozen=True):
    """The images of a dataset as of a version. They may be read several times, and are the same each time."""

    dataset_id: str
    version: int
    classes: tuple[str, ...]
    """The names of all classes that the images may show, in the order of the label book."""
    images: Iterable[ExportedImage]


class Part(Struct, frozen=True):
    """The next bytes of a file that comes in several parts, between those of other files."""

    content: bytes


Piece = tuple[str, bytes | Part | ExportedImage]
"""A path, and the bytes of its file, a part of them, or the image whose stored bytes belong there."""
WritePieces = Callable[[Export], Iterator[Piece]]
