"""A snapshot of a folded dataset, so that training need not start at the first event.

Disposable: it is bound to (stream, version, hash), used only where the stored chain agrees, and made again when it
is missing, broken, or of an older form. Columns of bytes in MessagePack, with SHA-256 at the end.
"""

import hashlib
import io
import logging
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from kenpin.domain.commit import Head, chain
from kenpin.domain.dataset.capture_time import captured_time
from kenpin.domain.dataset.events import AnnotationSubmitted, WindowSet
from kenpin.domain.dataset.judges import AgreementEvent, BlindAnswers, Judges
from kenpin.domain.dataset.state import DatasetState, ImageState
from kenpin.domain.dataset.values import Capture, Defect, GroupingField, ImageFile
from kenpin.domain.ids import ActorId, ImageId, Split, Verdict
from kenpin.domain.region_of_interest import RegionOfInterest, regions_by_camera
from kenpin.ports import Error, EventStore, ObjectStore

FORM: Final = 13
"""Increase it when the meaning of a dataset's fold changes; snapshots of other forms are not used."""
SPLITS: Final[tuple[Split | None, ...]] = (None, "train", "validation", "test")
VERDICTS: Final[tuple[Verdict | None, ...]] = (None, "OK", "NG", "HOLD")
REVIEWS: Final[tuple[str | None, ...]] = (None, "accepted", "returned")
EXCLUDED: Final[tuple[str | None, ...]] = (None, "excluded")
ID_BYTES: Final = 32
NO_TIME: Final = -(2**63)
OF_ONE_PICTURE: Final = dict.fromkeys(("lens", "exposure", "recipe", "captured_at", "source_id"))
"""Fields of a capture condition that no group or slice is made of"""
logger = logging.getLogger("kenpin.training")


class FoldedDataset(Struct, frozen=True):
    """A dataset at a head of its stream, with what its state does not hold."""

    head: Head
    state: DatasetState
    rules: Mapping[Split, str]
    """The rule of each split"""
    suggested: frozenset[ImageId] = frozenset()
    """Images that a policy ever chose for a person to look at, without the random controls"""
    judges: Judges = Judges()


class _Conditions(NamedTuple):
    """All that an image can be grouped or sliced by, apart from its time."""

    capture: Capture
    group: str | None


class _Origin(NamedTuple):
    """The author of a judgement, and the revision of the label book that it was given under."""

    judged_by: ActorId | None
    label_book_revision: int


class SnapshotColumns(Struct, frozen=True):
    """The stored form. Image n has bytes 32 n … of `ids`, an int64 of `ordinals` and a byte of `standings`."""

    form: int
    stream: str
    version: int
    hash: bytes
    rules: dict[Split, str]
    ids: bytes
    ordinals: bytes
    standings: bytes
    groupings: tuple[_Conditions, ...]
    """Conditions of images, each once."""
    grouped: bytes
    """An int32 for each image: its place in `groupings`."""
    times: bytes
    """An int64 for each image: when it was captured, in seconds since 1970, or NO_TIME."""
    grouping: GroupingField | None
    windows: list[WindowSet]
    regions: list[RegionOfInterest]
    scales: list[tuple[str | None, float]]
    sizes: bytes
    """Two int32 for each image: width and height."""
    defects: dict[int, tuple[Defect, ...]]
    """Place of an image → the defects that people marked on it"""
    suggested: list[int]
    """Places of images that a policy chose"""
    origins: tuple[_Origin, ...]
    """Origins of judgements, each once."""
    judged: bytes
    """An int32 for each image: the place of its judgement in `origins`."""
    answers: dict[int, BlindAnswers]
    """Place of an image → its answers in closed agreement tasks"""
    asked: tuple[AgreementEvent, ...]
    """Events of open agreement tasks"""


def newest(store: EventStore, objects: ObjectStore, stream: str, upto: int | None) -> FoldedDataset | None:
    """Return the newest readable snapshot not after `upto` whose hash is on the stored chain."""
    for name, version in reversed(list(_snapshots(objects, stream))):
        if (upto is None or version <= upto) and (folded := _read(objects, name, stream)):
            if _is_on_chain(store, folded.head):
                return folded
            logger.warning("%s is of another history and is not used", name)
    return None


def keep(objects: ObjectStore, folded: FoldedDataset) -> None:
    """Store a snapshot; a failure is logged."""
    head = folded.head
    name = f"snapshots/{head.stream}.{head.version:012d}.{head.hash.hex()[:16]}.{secrets.token_hex(4)}"
    try:
        objects.put(name, io.BytesIO(to_bytes(folded)))
    except Error as reason:
        logger.warning("%s could not be kept: %s", name, reason)


def to_bytes(folded: FoldedDataset) -> bytes:
    images = folded.state.images
    places: dict[_Conditions, int] = {}
    grouped = [places.setdefault(_conditions(image), len(places)) for image in images.values()]
    origins: dict[_Origin, int] = {}
    judged_by, answers = folded.judges.judged_by, folded.judges.answers
    judged = [
        origins.setdefault(_origin(image, judged_by.get(id)), len(origins)) for id, image in images.items()
    ]
    columns = SnapshotColumns(
        form=FORM,
        stream=folded.head.stream,
        version=folded.head.version,
        hash=folded.head.hash,
        rules=dict(folded.rules),
        ids=bytes.fromhex("".join(images)),
        ordinals=np.array([image.ordinal for image in images.values()], "<i8").tobytes(),
        standings=bytes(_STANDINGS[_standing(image)] for image in images.values()),
        groupings=tuple(places),
        grouped=np.array(grouped, "<i4").tobytes(),
        times=np.array([_seconds(image) for image in images.values()], "<i8").tobytes(),
        grouping=folded.state.grouping,
        windows=list(folded.state.windows.values()),
        regions=list(folded.state.regions.values()),
        scales=list(folded.state.scales.items()),
        sizes=np.array([(i.file.width, i.file.height) for i in images.values()], "<i4").tobytes(),
        defects={place: found for place, image in enumerate(images.values()) if (found := _defects(image))},
        suggested=[place for place, id in enumerate(images) if id in folded.suggested],
        origins=tuple(origins),
        judged=np.array(judged, "<i4").tobytes(),
        answers={place: answers[id] for place, id in enumerate(images) if id in answers},
        asked=folded.judges.asked,
    )
    body = msgspec.msgpack.encode(columns)
    return body + hashlib.sha256(body).digest()


def from_bytes(body: bytes) -> FoldedDataset:
    """Decode a snapshot. Raises ValueError when the bytes are no snapshot of this form."""
    packed, digest = body[:-32], body[-32:]
    if hashlib.sha256(packed).digest() != digest:
        raise ValueError("its bytes are not those that were written")
    columns = msgspec.msgpack.decode(packed, type=SnapshotColumns)
    if columns.form != FORM:
        raise ValueError(f"it is of form {columns.form}, not {FORM}")
    packed_ids = columns.ids.hex()
    ids = [packed_ids[at : at + 2 * ID_BYTES] for at in range(0, len(packed_ids), 2 * ID_BYTES)]
    sizes = np.frombuffer(columns.sizes, "<i4").reshape(-1, 2).tolist()
    origins = [columns.origins[place] for place in np.frombuffer(columns.judged, "<i4").tolist()]
    images = {
        ids[place]: _image(
            ordinal,
            sizes[place],
            columns.groupings[grouping],
            time,
            code,
            columns.defects.get(place, ()),
            origins[place].label_book_revision,
        )
        for place, (ordinal, code, grouping, time) in enumerate(
            zip(
                np.frombuffer(columns.ordinals, "<i8").tolist(),
                columns.standings,
                np.frombuffer(columns.grouped, "<i4").tolist(),
                np.frombuffer(columns.times, "<i8").tolist(),
                strict=True,
            )
        )
    }
    head = Head(columns.stream, columns.version, columns.hash)
    windows = {window.camera: window for window in columns.windows}
    state = DatasetState(
        version=columns.version,
        images=images,
        grouping=columns.grouping,
        windows=windows,
        regions=regions_by_camera(columns.regions),
        scales=dict(columns.scales),
    )
    suggested = frozenset(ids[place] for place in columns.suggested)
    return FoldedDataset(head, state, columns.rules, suggested, _judges(columns, ids, origins))


def _judges(columns: SnapshotColumns, ids: list[ImageId], origins: list[_Origin]) -> Judges:
    known = zip(ids, origins, strict=True)
    judged_by = {id: origin.judged_by for id, origin in known if origin.judged_by is not None}
    return Judges(judged_by, {ids[place]: told for place, told in columns.answers.items()}, columns.asked)


_Standing = tuple[Split | None, str | None, Verdict | None, str | None]
_ALL_STANDINGS: Final[tuple[_Standing, ...]] = tuple(
    (split, excluded, verdict, review)
    for split in SPLITS
    for excluded in EXCLUDED
    for verdict in VERDICTS
    for review in REVIEWS
)
_STANDINGS: Final[dict[_Standing, int]] = {standing: code for code, standing in enumerate(_ALL_STANDINGS)}
"""State of an image that training uses → its code, one byte."""


def _standing(image: ImageState) -> _Standing:
    verdict = image.annotation.verdict if image.annotation else None
    return (image.split, None if image.excluded is None else "excluded", verdict, image.review)


def _origin(image: ImageState, judged_by: ActorId | None) -> _Origin:
    return _Origin(judged_by, image.annotation.label_book_revision if image.annotation else 0)


def _defects(image: ImageState) -> tuple[Defect, ...]:
    return image.annotation.defects if image.annotation else ()


def _image(
    ordinal: int,
    size: list[int],
    conditions: _Conditions,
    time: int,
    code: int,
    defects: tuple[Defect, ...],
    label_book_revision: int,
) -> ImageState:
    split, excluded, verdict, review = _ALL_STANDINGS[code]
    annotation = None
    if verdict:
        annotation = AnnotationSubmitted(
            image_id="", verdict=verdict, defects=defects, label_book_revision=label_book_revision
        )
    captured_at = None if time == NO_TIME else datetime.fromtimestamp(time, UTC).isoformat()
    capture, group = replace(conditions.capture, captured_at=captured_at), conditions.group
    return ImageState(
        ordinal, ImageFile(0, size[0], size[1], ""), capture, split, excluded, annotation, review, group
    )


def _conditions(image: ImageState) -> _Conditions:
    return _Conditions(replace(image.capture, **OF_ONE_PICTURE), image.group)


def _seconds(image: ImageState) -> int:
    """Return the time of capture in seconds; NO_TIME where none is known."""
    time = captured_time(image.capture.captured_at)
    return NO_TIME if time is None else int(time.timestamp())


def _snapshots(objects: ObjectStore, stream: str) -> Iterator[tuple[str, int]]:
    """Yield names and versions, oldest first."""
    for name in objects.names(f"snapshots/{stream}."):
        _, version, _ = name.split(".", 2)
        yield name, int(version)


def _read(objects: ObjectStore, name: str, stream: str) -> FoldedDataset | None:
    try:
        with objects.open(name) as file:
            folded = from_bytes(file.read())
    except (Error, ValueError, msgspec.MsgspecError) as reason:
        logger.warning("%s is not used: %s", name, reason)
        return None
    return folded if folded.head.stream == stream else None


def _is_on_chain(store: EventStore, head: Head) -> bool:
    """Return True when the stored chain has this hash, by the next commit or else by the stream's head."""
    following = next(store.read(head.stream, head.version), None)
    if following is None:
        return store.head(head.stream) == head
    hash = chain(head.hash, following.first, following.count, following.meta, following.body)
    return (following.first, following.hash) == (head.version + 1, hash)
