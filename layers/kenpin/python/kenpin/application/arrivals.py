"""Arrivals: read each uploaded file, register the readable ones, and report the result of each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO, Final, Literal

from msgspec import Struct

from kenpin.application.first_windows import set_first_windows
from kenpin.application.platform_parts import PlatformParts
from kenpin.application.site_zone import with_site_zone
from kenpin.domain.dataset.commands import (
    AssignGroups,
    AssignSplit,
    GroupedImages,
    NewImage,
    RegisterImages,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.refusals import NoSuchDataset
from kenpin.domain.dataset.state import DatasetState
from kenpin.domain.dataset.values import Capture, ImageFile
from kenpin.domain.decider import Scope
from kenpin.domain.event import Context
from kenpin.domain.ids import DatasetId, ImageId, Split, stream_of, upload_name
from kenpin.pictures.decode import check_picture
from kenpin.pictures.limits import UnreadablePicture
from kenpin.ports import IdempotencyKey, NotFound
from kenpin.read_models.gallery.holdings import held

FILES_AT_ONCE: Final = 4


class Arrival(Struct, frozen=True):
    """An uploaded file and what is known of it."""

    digest: ImageId
    name: str
    capture: Capture
    split: Split | None = None
    group: str | None = None


class ArrivalResult(Struct, frozen=True):
    """The result of one arrival."""

    digest: ImageId
    outcome: Literal["registered", "known", "rejected"]
    detail: str = ""
    excluded: bool = False
    """True when the dataset has the image, and it is excluded: it stays so."""
    retry_later: bool = False
    """True when the bytes have not arrived yet: the same arrival may succeed later."""


class FieldDifference(Struct, frozen=True):
    """A field in which an event differs from the first event with its source and id."""

    field: str
    first: str | None
    now: str | None


class ArrivalOutcome(Struct, frozen=True):
    """The outcome of one event. `later`: its bytes have not arrived yet. `tested`: it was a test and is no image.

    `noted`: it reports drops.
    """

    outcome: Literal["registered", "known", "rejected", "tested", "noted", "later"]
    detail: str = ""
    differences: tuple[FieldDifference, ...] = ()
    """Of an event whose id stands for another one"""


class Registration(Struct, frozen=True):
    """The results of several arrivals, and the dataset's version after them."""

    stream: str
    version: int
    items: list[ArrivalResult]


class ReadFile(Struct, frozen=True):
    """A file that was decoded."""

    file: ImageFile
    pages: int = 1
    is_deep: bool = False
    """True when its values have more than 8 bits"""

    @property
    def note(self) -> str:
        """Return the sentence that tells the sender of further pages; empty when there is one page."""
        return f"page 1 of {self.pages} is the picture" if self.pages > 1 else ""


class RejectedFile(Exception):
    """The bytes are no image to learn from, or were erased."""


class NotArrived(RejectedFile):
    """The bytes are not there yet."""


def register(
    platform: PlatformParts,
    dataset_id: DatasetId,
    arrivals: Sequence[Arrival],
    split_rule: str,
    *,
    by: Context,
    key: IdempotencyKey | None = None,
) -> Registration:
    """Register what is readable, put it into its split, and report every arrival.

    A time of capture that names no zone is of the project's site.
    The bytes are those that were sent to this project, or that it has; bytes of another project do not count.
    """
    commands = platform.commands
    scope = Scope(about=tuple({a.digest for a in arrivals}))
    before = commands.state(dataset, dataset_id, scope)
    if not before.version:
        raise NoSuchDataset
    files, rejected = _read_files(platform, arrivals, before)
    if any(each.retry_later for each in rejected):
        before = commands.state(dataset, dataset_id, scope)
        files, rejected = _with_registered(files, rejected, before)
    good = [a for a in arrivals if a.digest in files]
    version = before.version
    if good:
        captures = with_site_zone(platform, before.project_id, (a.capture for a in good))
        images = tuple(
            NewImage(image_id=a.digest, file=files[a.digest].file, capture=capture)
            for a, capture in zip(good, captures, strict=True)
        )
        command = RegisterImages(images=images)
        version = commands.execute(dataset, dataset_id, command, by=by, key=key).version
    for split, ids in _by_split(good).items():
        assign = AssignSplit(image_ids=tuple(ids), split=split, rule=split_rule)
        version = commands.execute(dataset, dataset_id, assign, by=by).version
    if grouped := _by_group(good, before):
        version = commands.execute(dataset, dataset_id, grouped, by=by).version
    version = max(version, set_first_windows(platform, dataset_id, before, _cameras(good, files), by))
    for id in files:
        platform.objects.expire(upload_name(before.project_id, id))
    items = [
        ArrivalResult(id, "known", read.note, excluded=before.images[id].excluded is not None)
        if id in before.images
        else ArrivalResult(id, "registered", read.note)
        for id, read in files.items()
    ]
    return Registration(stream_of("dataset", dataset_id), version, items + rejected)


def outcome_of_test(platform: PlatformParts, dataset_id: DatasetId) -> ArrivalOutcome:
    """Return the outcome of a test event for the dataset: images could be sent to it, or why not."""
    if platform.commands.state(dataset, dataset_id, Scope(about=())).version:
        return ArrivalOutcome("tested", "a test: it arrived, and nothing was registered")
    return ArrivalOutcome("rejected", str(NoSuchDataset()))


def _cameras(arrivals: Iterable[Arrival], files: Mapping[ImageId, ReadFile]) -> dict[ImageId, str | None]:
    """Return the cameras of the images that may be deep grey."""
    return {a.digest: a.capture.camera for a in arrivals if files[a.digest].is_deep}


def _read_files(
    platform: PlatformParts, arrivals: Sequence[Arrival], before: DatasetState
) -> tuple[dict[ImageId, ReadFile], list[ArrivalResult]]:
    """Read files side by side: a lot keeps other requests waiting, and stores and decoders do not need this thread."""
    with ThreadPoolExecutor(FILES_AT_ONCE) as threads:
        found = list(threads.map(lambda arrival: _file_or_rejection(platform, arrival, before), arrivals))
    files = {
        arrival.digest: file
        for arrival, file in zip(arrivals, found, strict=True)
        if isinstance(file, ReadFile)
    }
    return files, [rejection for rejection in found if isinstance(rejection, ArrivalResult)]


def _with_registered(
    files: Mapping[ImageId, ReadFile], rejected: Sequence[ArrivalResult], now: DatasetState
) -> tuple[dict[ImageId, ReadFile], list[ArrivalResult]]:
    """Take rejected files whose images another request registered meanwhile: it let their uploads expire."""
    known = {
        each.digest: ReadFile(now.images[each.digest].file)
        for each in rejected
        if each.retry_later and each.digest in now.images
    }
    return {**files, **known}, [each for each in rejected if each.digest not in known]


def _file_or_rejection(
    platform: PlatformParts, arrival: Arrival, before: DatasetState
) -> ReadFile | ArrivalResult:
    try:
        return _file(platform, arrival, before)
    except RejectedFile as reason:
        return ArrivalResult(
            arrival.digest, "rejected", str(reason), retry_later=isinstance(reason, NotArrived)
        )


def _file(platform: PlatformParts, arrival: Arrival, before: DatasetState) -> ReadFile:
    if (reason := before.erased.get(arrival.digest)) is not None:
        raise RejectedFile(f"the image was erased ({reason})")
    if known := before.images.get(arrival.digest):
        return ReadFile(known.file)  # it was read when it was registered
    try:
        with _bytes(platform, arrival.digest, before) as body:
            info = check_picture(body, platform.settings.picture_limits)
            file = ImageFile(
                size=body.seek(0, 2),
                width=info.width,
                height=info.height,
                media_type=info.media_type,
                name=arrival.name,
                needs_rendition=info.needs_rendition,
            )
            return ReadFile(file, info.pages, info.is_deep)
    except NotFound:
        raise NotArrived("the bytes have not arrived; upload them first") from None
    except UnreadablePicture as error:
        raise RejectedFile(f"the bytes cannot be read as an image: {error}") from error


def _bytes(platform: PlatformParts, digest: ImageId, before: DatasetState) -> BinaryIO:
    """Open the bytes; uploaded ones are stored as an image under their digest first. Raises NotFound."""
    sent, name = upload_name(before.project_id, digest), f"images/{digest}"
    try:
        platform.objects.keep(sent, name)
    except NotFound:
        if not held(platform.database, before.project_id, [digest]):
            raise
    return platform.objects.open(name)


def line_rejection(line: str | None, lines: Collection[str] | None) -> str:
    """Return the reason to reject an image of this line from a sender of `lines` (None: any); empty: it is taken."""
    if lines is None or line in lines:
        return ""
    own = ", ".join(sorted(lines)) or "no line"
    if not line:
        return f"the image says no line; this sender may bring in images of {own}"
    return f"the image says line {line}; this sender may bring in images of {own}"


def _by_split(arrivals: Iterable[Arrival]) -> dict[Split, list[ImageId]]:
    splits: dict[Split, list[ImageId]] = {}
    for arrival in arrivals:
        if arrival.split:
            splits.setdefault(arrival.split, []).append(arrival.digest)
    return splits


def _by_group(arrivals: Iterable[Arrival], before: DatasetState) -> AssignGroups | None:
    """Return the groups that images come with; an image that is in one already stays there."""
    groups: dict[str, list[ImageId]] = {}
    for arrival in arrivals:
        known = before.images.get(arrival.digest)
        if arrival.group and (known is None or known.group is None):
            groups.setdefault(arrival.group, []).append(arrival.digest)
    named = tuple(GroupedImages(image_ids=tuple(ids), group=group) for group, ids in groups.items())
    return AssignGroups(groups=named, reason="given at import") if named else None
