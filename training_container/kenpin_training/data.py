"""The data of a run: the dataset folded from its events up to the requested version."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin.domain.catalogue import events_in, meta_of
from kenpin.domain.commit import Commit, Head
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.eligibility import Use, use_of_image
from kenpin.domain.dataset.events import CandidatesSuggested, DatasetEvent, ImageErased, SplitAssigned
from kenpin.domain.dataset.groups import group_of_image
from kenpin.domain.dataset.in_slice import holds
from kenpin.domain.dataset.judges import JudgesDraft
from kenpin.domain.dataset.regions import regions_in_order
from kenpin.domain.dataset.state import ImageState
from kenpin.domain.dataset.values import Capture, Defect
from kenpin.domain.dataset.windows import grey_windows
from kenpin.domain.grey_window import GreyWindow, by_camera, window_of
from kenpin.domain.history_slice import HistorySlice
from kenpin.domain.ids import ActorId, DatasetId, ImageId, Split, Verdict, stream_of
from kenpin.domain.region_of_interest import RegionOfInterest, region_of, regions_by_camera
from kenpin.pictures.window import Window
from kenpin.ports import EventStore, ObjectStore
from kenpin_training.snapshot import FoldedDataset, keep, newest

SNAPSHOT_EVENTS: Final = 50_000
"""Folded events from which on a snapshot is stored: folding them takes about a tenth of a second."""


Groups = NDArray[np.int64]
"""A number for each image, the same for those that no hold-out separates."""


class OtherHistory(Exception):
    """The stored history is not the one the run was asked for."""


class ErasedImages(Exception):
    """The version that was asked for holds images whose bytes were erased since: nobody can learn it again."""

    def __init__(self, dataset_id: DatasetId, version: int, erased: Mapping[ImageId, str]) -> None:
        id, reason = next(iter(erased.items()))
        count = "1 image" if len(erased) == 1 else f"{len(erased):,} images"
        super().__init__(
            f"{count} of version {version} of {dataset_id} were erased since, such as {id[:12]}… ({reason});"
            " train on a newer version"
        )


class TrainingRow(Struct, frozen=True):
    """An image that takes part in a run."""

    image_id: ImageId
    split: Split | None
    truth: Verdict | None
    group: str
    """The images that no hold-out separates: the group of a folded image, or the image where it is one by itself."""
    use: Use | None
    """None: the run neither learns from the image, nor is measured by it, nor scores it."""
    capture: Capture = Capture()
    size: tuple[int, int] = (0, 0)
    """Width and height in pixels"""
    defects: tuple[Defect, ...] = ()
    """Defects that people marked or named"""
    suggested: bool = False
    """A policy chose it for a person to look at; the random controls of a suggestion are not meant."""
    judged_by: ActorId | None = None
    """The author of the judgement that stands"""
    label_book: int | None = None
    """The revision of the label book that it was given under; 0: none"""
    ng_share: float | None = None
    """Share of people who say NG, where several judged it differently and nobody has settled it"""

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of its defects, each once."""
        return tuple(dict.fromkeys(defect.class_id for defect in self.defects))


class TrainingData(Struct, frozen=True):
    """All images but the excluded, in the order they were registered in."""

    rows: tuple[TrainingRow, ...]
    rules: dict[Split, str]
    """The rule that made each split, as last stated."""
    windows: tuple[GreyWindow, ...] = ()
    """Windows of deep grey, as they stand."""
    regions: tuple[RegionOfInterest, ...] = ()
    """Regions of interest, as they stand."""
    duplicates: tuple[tuple[int, int], ...] | None = None
    """Places of near-duplicates in `rows`; None where images were not compared."""

    @property
    def image_ids(self) -> list[ImageId]:
        return [row.image_id for row in self.rows]

    def picture_windows(self, learnt: Iterable[GreyWindow] = ()) -> dict[ImageId, Window]:
        """Return the window of each image. `learnt`: windows of a model, which stand before those of the data."""
        return picture_windows(
            {row.image_id: row.capture.camera for row in self.rows}, by_camera((*self.windows, *learnt))
        )

    def picture_regions(self, regions: Iterable[RegionOfInterest]) -> dict[ImageId, RegionOfInterest]:
        """Return the region of each image by its camera and shape; images without one are left out."""
        return picture_regions({row.image_id: (row.capture.camera, row.size) for row in self.rows}, regions)

    def ids(self, which: NDArray[np.bool_]) -> list[ImageId]:
        return [row.image_id for row, taken in zip(self.rows, which, strict=True) if taken]

    def spread(self, values: NDArray[np.float64], which: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return a row for each image: of these images the values in their order, of the others NaN."""
        spread = np.full((len(self.rows), *values.shape[1:]), np.nan)
        spread[which] = values
        return spread

    @property
    def ng(self) -> NDArray[np.bool_]:
        return np.array([row.truth == "NG" for row in self.rows], dtype=bool)

    @property
    def ng_shares(self) -> NDArray[np.float64]:
        """Return the share of people who say NG, where they differ and nobody has settled it; NaN elsewhere."""
        return np.array([np.nan if row.ng_share is None else row.ng_share for row in self.rows])

    @property
    def suggested(self) -> NDArray[np.bool_]:
        return np.array([row.suggested for row in self.rows], dtype=bool)

    @property
    def train(self) -> NDArray[np.bool_]:
        return self._used_as("train")

    @property
    def learnt_rows(self) -> list[TrainingRow]:
        return [row for row in self.rows if row.use == "train"]

    @property
    def pool(self) -> NDArray[np.bool_]:
        """Images without a judgement that a run may learn from later."""
        return self._used_as("pool")

    @property
    def groups(self) -> Groups:
        """Return a number for each image, the same for those of one group, in the order that groups came in."""
        numbers: dict[str, int] = {}
        return np.array([numbers.setdefault(row.group, len(numbers)) for row in self.rows], dtype=np.int64)

    def shared_groups(self, which: NDArray[np.bool_]) -> int:
        """Return the number of groups that have images both among these and in what is learnt from."""
        groups = self.groups
        return int(np.intersect1d(groups[which], groups[self.train]).size)

    def near_duplicates(self, which: NDArray[np.bool_]) -> int | None:
        """Return the number of these images that look like one that is learnt from; None where nobody compared."""
        if self.duplicates is None:
            return None
        learnt = self.train
        both_ways = (pair for a, b in self.duplicates for pair in ((a, b), (b, a)))
        return len({one for one, other in both_ways if which[one] and learnt[other]})

    def judged_otherwise(self) -> dict[ImageId, list[ImageId]]:
        """Return near-duplicates of which one is judged OK and the other NG, both ways."""
        found: dict[ImageId, list[ImageId]] = {}
        for one, other in self.duplicates or ():
            rows = self.rows[one], self.rows[other]
            if {row.truth for row in rows} == {"OK", "NG"}:
                for row, alike in (rows, rows[::-1]):
                    found.setdefault(row.image_id, []).append(alike.image_id)
        return found

    def measured(self, split: Split) -> NDArray[np.bool_]:
        return self._used_as(split)

    def _used_as(self, use: Use) -> NDArray[np.bool_]:
        return np.array([row.use == use for row in self.rows], dtype=bool)


def picture_windows(
    cameras: Mapping[ImageId, str | None], windows: Iterable[GreyWindow]
) -> dict[ImageId, Window]:
    """Return the window of each image by its camera; images without one are left out."""
    known = tuple(windows)
    of_camera = {camera: window_of(known, camera) for camera in set(cameras.values())}
    return {
        image_id: Window(window.low, window.high)
        for image_id, camera in cameras.items()
        if (window := of_camera[camera]) is not None
    }


def picture_regions(
    pictures: Mapping[ImageId, tuple[str | None, tuple[int, int]]], regions: Iterable[RegionOfInterest]
) -> dict[ImageId, RegionOfInterest]:
    """Return the region of each image by its camera and its width and height; images without one are left out."""
    known = regions_by_camera(regions)
    found = ((image_id, region_of(known, *seen)) for image_id, seen in pictures.items())
    return {image_id: region for image_id, region in found if region}


def data_at(
    store: EventStore,
    objects: ObjectStore,
    dataset_id: DatasetId,
    version: int,
    hash: str,
    accepted_only: bool = False,
    without: HistorySlice | None = None,
) -> TrainingData:
    """Return the data of exactly this version.

    Raises OtherHistory (its chain hash is another), ErasedImages (images of it were erased since).
    `accepted_only`: a judgement counts only when a reviewer has accepted it.
    `without`: images of this slice are not learnt from.
    """
    folded = _folded(store, objects, dataset_id, version)
    if (folded.head.version, folded.head.hash.hex()) != (version, hash):
        raise OtherHistory(
            f"dataset-{dataset_id} has no commit that ends at version {version} with hash {hash[:12]}…"
        )
    data = _data(folded, accepted_only, without)
    if erased := _erased_since(store, folded.head, data):
        raise ErasedImages(dataset_id, version, erased)
    return data


def _erased_since(store: EventStore, head: Head, data: TrainingData) -> dict[ImageId, str]:
    """Return erased images with their reasons; only commits with erasures are decoded."""
    later = (commit for commit in store.read(head.stream, head.version) if b'"ImageErased@' in commit.body)
    events = (event for commit in later for event in events_in(commit) if isinstance(event, ImageErased))
    held = frozenset(data.image_ids)
    return {event.image_id: event.reason for event in events if event.image_id in held}


def data_now(store: EventStore, objects: ObjectStore, dataset_id: DatasetId) -> TrainingData:
    return _data(_folded(store, objects, dataset_id))


def _folded(
    store: EventStore, objects: ObjectStore, dataset_id: DatasetId, upto: int | None = None
) -> FoldedDataset:
    """Fold from the newest snapshot; store a new snapshot when many events were folded."""
    stream = stream_of("dataset", dataset_id)
    start = newest(store, objects, stream, upto) or FoldedDataset(Head(stream, 0, b""), dataset.initial, {})
    folded = _Tail(store, start).folded(upto)
    if folded.head.version - start.head.version >= SNAPSHOT_EVENTS:
        keep(objects, folded)
    return folded


class _Tail:
    """Folds the events after a snapshot, and keeps what the state does not: hash, rules, suggested images, people."""

    def __init__(self, store: EventStore, start: FoldedDataset) -> None:
        self._store, self._start = store, start
        self._head, self._rules = start.head, dict(start.rules)
        self._suggested = set(start.suggested)
        self._judges = JudgesDraft(start.judges)

    def folded(self, upto: int | None) -> FoldedDataset:
        commits = self._store.read(self._head.stream, self._head.version, upto)
        state = dataset.fold(self._events(commits), self._start.state)
        judges = self._judges.to_judges()
        return FoldedDataset(self._head, state, self._rules, frozenset(self._suggested), judges)

    def _events(self, commits: Iterator[Commit]) -> Iterator[DatasetEvent]:
        for commit in commits:
            self._head = Head(commit.stream, commit.last, commit.hash)
            actor = meta_of(commit).actor
            for version, event in enumerate(events_in(commit), commit.first):
                self._judges.add(event, actor, version)  # type: ignore[arg-type]  # as below
                if type(event) is SplitAssigned:  # isinstance takes ten times as long to say no
                    self._rules[event.split] = event.rule
                elif type(event) is CandidatesSuggested:
                    self._suggested.update(c.image_id for c in event.candidates if not c.control)
                yield event  # type: ignore[misc]  # a dataset's stream holds dataset events


def _data(
    folded: FoldedDataset, accepted_only: bool = False, without: HistorySlice | None = None
) -> TrainingData:
    taking_part = [(id, image) for id, image in folded.state.images.items() if image.excluded is None]
    taking_part.sort(key=lambda item: item[1].ordinal)
    rows = tuple(_row(id, image, folded, accepted_only, without) for id, image in taking_part)
    state = folded.state
    return TrainingData(
        rows, dict(folded.rules), grey_windows(state.windows), regions_in_order(state.regions)
    )


def _row(
    image_id: ImageId,
    image: ImageState,
    folded: FoldedDataset,
    accepted_only: bool,
    without: HistorySlice | None,
) -> TrainingRow:
    annotation, judged_by = image.annotation, folded.judges.judged_by.get(image_id)
    group = group_of_image(image, folded.state.grouping)
    use = use_of_image(image, accepted_only)
    if use == "train" and without and holds(without, image.capture, group, annotation, judged_by):
        use = None
    return TrainingRow(
        image_id,
        image.split,
        annotation.verdict if annotation else None,
        f"image {image_id}" if group is None else f"group {group}",
        use,
        image.capture,
        (image.file.width, image.file.height),
        annotation.defects if annotation else (),
        image_id in folded.suggested,
        judged_by if annotation else None,
        annotation.label_book_revision if annotation else None,
        folded.judges.ng_share(image_id, image),
    )
