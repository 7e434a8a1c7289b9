"""The images of an export from stored ones: file names, class names, and masks that are read when they are needed."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from kenpin.domain.dataset.values import Capture, Defect
from kenpin.domain.ids import Sha256, Split, Verdict
from kenpin.exporting.exported import ExportedDefect, ExportedImage
from kenpin.exporting.names import UniqueNames


class StoredImage(Struct, frozen=True):
    """An image as rows and the API show it."""

    image_id: str
    name: str
    width: int
    height: int
    size: int
    media_type: str
    verdict: Verdict | None = None
    split: Split | None = None
    group: str | None = None
    judged_at: str = ""
    defects: tuple[Defect, ...] = ()
    capture: Capture = Capture()


class ImageSelection:
    """The images of an export, which may be read several times: `read` begins to read the stored ones each time."""

    def __init__(
        self,
        read: Callable[[], Iterable[StoredImage]],
        class_names: Mapping[str, str],
        read_mask: Callable[[Sha256], bytes],
    ) -> None:
        self._read, self._class_names, self._read_mask = read, class_names, read_mask

    def __iter__(self) -> Iterator[ExportedImage]:
        names = UniqueNames()
        for stored in self._read():
            yield self._exported(stored, names.name_of(stored.image_id, stored.name, stored.media_type))

    def _exported(self, stored: StoredImage, name: str) -> ExportedImage:
        capture = {field: getattr(stored.capture, field) for field in Capture.__struct_fields__}
        return ExportedImage(
            image_id=stored.image_id,
            name=name,
            width=stored.width,
            height=stored.height,
            size=stored.size,
            media_type=stored.media_type,
            verdict=stored.verdict,
            split=stored.split,
            group=stored.group or "",
            judged_at=stored.judged_at,
            defects=tuple(self._defect(defect) for defect in stored.defects),
            capture={field: value for field, value in capture.items() if value},
        )

    def _defect(self, defect: Defect) -> ExportedDefect:
        mask = defect.mask
        return ExportedDefect(
            class_name=self._class_names.get(defect.class_id, defect.class_id),
            box=defect.box,
            polygon=defect.polygon,
            mask=None if mask is None else lambda: self._read_mask(mask),
        )


def class_names_of(classes: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the name of each class by its id; names that several have get the id in brackets."""
    found = dict(classes)
    names = list(found.values())
    return {id: name if names.count(name) == 1 else f"{name} ({id})" for id, name in found.items()}
