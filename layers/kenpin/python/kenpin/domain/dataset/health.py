"""Data health: pictures unlike the others of their camera, and what is missing for learning. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Final, Literal

from msgspec import Struct

from kenpin.domain.ids import ImageId

Oddity = Literal["blurred", "dark", "bright", "clipped"]
FindingKind = Literal[
    "few_ng",
    "few_of_class",
    "one_verdict",
    "missing_condition",
    "mixed_sizes",
    "across_splits",
    "unreadable",
    "blurred",
    "dark",
    "bright",
    "clipped",
]

LEAST_PICTURES: Final = 8
"""Pictures of a camera from which on its median says what is usual."""
BLURRED: Final = 0.25
"""Share of the usual sharpness"""
BRIGHTNESS: Final = 40.0
"""Grey levels from the usual brightness"""
CLIPPED: Final = 0.2
"""Share of the pixels above the usual share"""
FEW_NG: Final = 20
FEW_OF_CLASS: Final = 10
LEAST_OF_SLICE: Final = 20
"""Judged images of a slice from which on one verdict alone is worth a word."""


class MeasuredPicture(Struct, frozen=True, gc=False):
    """A picture that takes part, with its figures."""

    image_id: ImageId
    name: str
    camera: str
    """Empty where none is named"""
    width: int
    height: int
    sharpness: float
    brightness: float
    clipped: float


class OddPicture(Struct, frozen=True):
    """A picture unlike the others of its camera."""

    image_id: ImageId
    name: str
    oddity: Oddity
    value: float
    usual: float
    """The median of its camera"""


class SliceCount(Struct, frozen=True):
    """Images with one value of a capture condition; `value` is None where it is missing."""

    field: str
    value: str | None
    ok: int
    ng: int
    others: int
    """On hold or not judged"""

    @property
    def images(self) -> int:
        return self.ok + self.ng + self.others


class HealthFinding(Struct, frozen=True):
    """One thing worth a person's attention."""

    kind: FindingKind
    images: int
    about: str = ""
    """A class, a condition or a value; empty where the whole dataset is meant"""


def odd_pictures(pictures: Iterable[MeasuredPicture]) -> list[OddPicture]:
    """Return the pictures unlike the others of their camera, in the order of the dataset."""
    of_camera: defaultdict[str, list[MeasuredPicture]] = defaultdict(list)
    for picture in pictures:
        of_camera[picture.camera].append(picture)
    return [
        odd for group in of_camera.values() if len(group) >= LEAST_PICTURES for odd in _odd_of_camera(group)
    ]


def _odd_of_camera(pictures: Sequence[MeasuredPicture]) -> Iterable[OddPicture]:
    sharpness = median(each.sharpness for each in pictures)
    brightness = median(each.brightness for each in pictures)
    clipped = median(each.clipped for each in pictures)
    for each in pictures:
        if each.sharpness < BLURRED * sharpness:
            yield OddPicture(each.image_id, each.name, "blurred", each.sharpness, sharpness)
        if each.brightness < brightness - BRIGHTNESS:
            yield OddPicture(each.image_id, each.name, "dark", each.brightness, brightness)
        if each.brightness > brightness + BRIGHTNESS:
            yield OddPicture(each.image_id, each.name, "bright", each.brightness, brightness)
        if each.clipped > clipped + CLIPPED:
            yield OddPicture(each.image_id, each.name, "clipped", each.clipped, clipped)


def findings(
    slices: Sequence[SliceCount],
    classes: dict[str, int],
    odd: Sequence[OddPicture],
    *,
    ng: int,
    sizes: int,
    across: int,
    unreadable: int,
) -> list[HealthFinding]:
    """Return what is worth attention, what stands in the way of learning first.

    `sizes`: different sizes of pictures. `across`: near-duplicates in two splits.
    """
    found = [HealthFinding("few_ng", ng)] if ng < FEW_NG else []
    found += [HealthFinding("across_splits", across)] if across else []
    found += [HealthFinding("unreadable", unreadable)] if unreadable else []
    found += [
        HealthFinding("few_of_class", n, name) for name, n in sorted(classes.items()) if n < FEW_OF_CLASS
    ]
    for each in slices:
        if each.value is None:
            if 0 < each.images < sum(other.images for other in slices if other.field == each.field):
                found.append(HealthFinding("missing_condition", each.images, each.field))
        elif each.ok + each.ng >= LEAST_OF_SLICE and not (each.ok and each.ng):
            found.append(HealthFinding("one_verdict", each.ok + each.ng, f"{each.field} {each.value}"))
    found += [HealthFinding("mixed_sizes", sizes)] if sizes > 1 else []
    for oddity in ("blurred", "dark", "bright", "clipped"):
        if count := sum(each.oddity == oddity for each in odd):
            found.append(HealthFinding(oddity, count))
    return found
