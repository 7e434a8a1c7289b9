"""The history that every measurement plays: images arrive in lots, and people judge each image once."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from kenpin.domain.dataset.events import (
    AnnotationSubmitted,
    DatasetCreated,
    DatasetEvent,
    ImageExcluded,
    ImageRegistered,
)
from kenpin.domain.dataset.values import Capture, Defect, ImageFile
from kenpin.domain.ids import ImageId

SEED: Final = 20_260_401
LOT: Final = 500
"""Images that arrive together."""
CAPTURE: Final = Capture(product="A-17", line="L1", camera="c3", light="dark-field", lot="lot-0815")
SCRATCH: Final = Defect("scratch", (412.0, 96.5, 33.0, 18.25))


def image_id(n: int) -> ImageId:
    return hashlib.sha256(f"{SEED}-{n}".encode()).hexdigest()


def file_of(n: int) -> ImageFile:
    return ImageFile(183_402, 1280, 960, "image/png", f"cam3-{n:07}.png")


def is_ng(n: int) -> bool:
    """One image in five shows a defect."""
    return n % 5 == 0


def registered(n: int) -> ImageRegistered:
    return ImageRegistered(image_id=image_id(n), file=file_of(n), capture=CAPTURE)


def annotated(n: int) -> AnnotationSubmitted:
    return AnnotationSubmitted(
        image_id=image_id(n),
        verdict="NG" if is_ng(n) else "OK",
        defects=(SCRATCH,) if is_ng(n) else (),
        label_book_revision=3,
        seconds_spent=2.5,
    )


def history(images: int, lot: int = LOT) -> list[DatasetEvent]:
    """Return 1 + 2 × images events: each lot is registered, then judged."""
    events: list[DatasetEvent] = [DatasetCreated(dataset_id="bench", project_id="bench", name="Bench")]
    for start in range(0, images, lot):
        numbers = range(start, min(start + lot, images))
        events += [registered(n) for n in numbers]
        events += [annotated(n) for n in numbers]
    return events


def grown_history(images: int, judgements: int) -> Iterator[DatasetEvent]:
    """Yield 1 + images + judgements events: all images are registered, then the first ones judged."""
    yield DatasetCreated(dataset_id="bench", project_id="bench", name="Bench")
    for n in range(images):
        yield registered(n)
    for n in range(judgements):
        yield annotated(n % images)


def image_changes(numbers: range) -> Iterator[AnnotationSubmitted | ImageExcluded]:
    """Yield one change of each of these images: three verdicts to one exclusion."""
    for n in numbers:
        if n % 4:
            yield AnnotationSubmitted(image_id=image_id(n), verdict="HOLD", reason="looked at again")
        else:
            yield ImageExcluded(image_id=image_id(n), reason="out of focus")


def in_commits(events: Iterable[DatasetEvent], size: int) -> Iterator[Sequence[DatasetEvent]]:
    coming = iter(events)
    return iter(lambda: list(islice(coming, size)), [])
