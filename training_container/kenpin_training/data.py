"""What a run learns from: the dataset as its events made it, up to exactly the version that was asked for."""

from collections.abc import Iterator

from msgspec import Struct

from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import DatasetEvent, SplitAssigned
from kenpin.domain.dataset.state import Dataset, Image
from kenpin.domain.ids import ImageId
from kenpin.ports import EventStore


class OtherHistory(Exception):
    """The stored history is not the one the run was asked for."""


class Data(Struct, frozen=True):
    """Images by their part in a run, each group in the order of registration."""

    train: dict[ImageId, bool]
    """image → is NG"""
    test: dict[ImageId, bool]
    pool: list[ImageId]
    """unlabelled, and free to be labelled"""
    split_rule: str
    """How the test split came to be."""


class Replay:
    """Folds a dataset's stream once, keeping what the state forgets: the last hash and the rules of splits."""

    def __init__(self, store: EventStore, dataset_id: str, upto: int | None = None) -> None:
        self._store, self._stream, self._upto = store, f"dataset-{dataset_id}", upto
        self.version, self.hash, self.test_rule = 0, "", "no test split"
        self.state: Dataset = dataset.fold(self._events())

    def _events(self) -> Iterator[DatasetEvent]:
        for commit in self._store.read(self._stream, upto=self._upto):
            self.version, self.hash = commit.last, commit.hash.hex()
            for event in events_in(commit):
                if isinstance(event, SplitAssigned) and event.split == "test":
                    self.test_rule = event.rule
                yield event


def data_at(store: EventStore, dataset_id: str, version: int, hash: str) -> Data:
    """The data of exactly this version. Raises OtherHistory when its chain hash is another."""
    replay = Replay(store, dataset_id, version)
    if (replay.version, replay.hash) != (version, hash):
        raise OtherHistory(
            f"dataset-{dataset_id} has no commit that ends at version {version} with hash {hash}"
        )
    return parts(replay.state, replay.test_rule)


def data_now(store: EventStore, dataset_id: str) -> Data:
    replay = Replay(store, dataset_id)
    return parts(replay.state, replay.test_rule)


def parts(state: Dataset, split_rule: str) -> Data:
    """Who learns, who is measured, who waits. HOLD, returned and excluded images take no part."""
    taking_part = [(id, image) for id, image in state.images.items() if image.excluded is None]
    ordered = sorted(taking_part, key=lambda item: item[1].ordinal)
    free = [(id, image) for id, image in ordered if image.split in (None, "train")]
    return Data(
        train={id: _is_ng(image) for id, image in free if _is_judged(image)},
        test={id: _is_ng(image) for id, image in ordered if image.split == "test" and _is_judged(image)},
        pool=[id for id, image in free if image.annotation is None],
        split_rule=split_rule,
    )


def _is_judged(image: Image) -> bool:
    return image.annotation is not None and image.annotation.verdict != "HOLD" and image.review != "returned"


def _is_ng(image: Image) -> bool:
    return image.annotation is not None and image.annotation.verdict == "NG"
