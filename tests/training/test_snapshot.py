"""A dataset that opens at a snapshot is the same as one that opens at its first event."""

import inspect
from collections.abc import Iterator
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kenpin.adapters.memory.event_store import MemoryEventStore
from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.domain.commit import Commit, Head, genesis
from kenpin.domain.dataset import decider
from kenpin.domain.dataset.commands import (
    AssignSplit,
    DatasetCommand,
    EraseImages,
    Judgement,
    SubmitAnnotations,
    SuggestCandidates,
)
from kenpin.domain.dataset.events import (
    AgreementTaskOpened,
    AnnotationSubmitted,
    BlindJudgementSubmitted,
    WindowSet,
)
from kenpin.domain.dataset.in_slice import holds
from kenpin.domain.dataset.judges import BlindAnswers, Judges, JudgesDraft
from kenpin.domain.dataset.state import DatasetState, Draft, ImageState
from kenpin.domain.dataset.values import Candidate, Capture, Defect, ImageFile
from kenpin.domain.event import Context
from kenpin.domain.history_slice import HistorySlice, in_zone
from kenpin.domain.region_of_interest import RegionOfInterest
from kenpin.ports import Unavailable
from kenpin_training import data, snapshot
from kenpin_training.data import OtherHistory, TrainingData, data_at, data_now
from kenpin_training.snapshot import FoldedDataset, SnapshotColumns, from_bytes, to_bytes
from tests.chains import chained
from tests.read_models.worlds import IMAGES, histories, play

ME = Context(actor="inspector")
STREAM = "dataset-d"


class CountingEventStore(MemoryEventStore):
    """Notes the versions it was asked to read after, and how many commits it gave."""

    def __init__(self) -> None:
        super().__init__("snapshots")
        self.given: list[int] = []

    def read(self, stream: str, after: int = 0, upto: int | None = None) -> Iterator[Commit]:
        for commit in super().read(stream, after, upto):
            self.given.append(commit.first)
            yield commit


@pytest.fixture(autouse=True)
def much(monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot is worth it from the first event on."""
    monkeypatch.setattr(data, "SNAPSHOT_EVENTS", 1)


def told(history: list[DatasetCommand]) -> CountingEventStore:
    store = CountingEventStore()
    for events in play(history)[0]:
        store.append(STREAM, events, ME)
    return store


def whole(store: CountingEventStore, upto: Commit) -> TrainingData:
    return data_at(store, MemoryObjectStore(), "d", upto.last, upto.hash.hex())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, kept_at=st.lists(st.integers(0, 30), max_size=4), asked_at=st.integers(0, 30))
def test_from_a_snapshot_and_the_tail_comes_what_the_whole_fold_gives(
    history: list[DatasetCommand], kept_at: list[int], asked_at: int
) -> None:
    """Nothing is erased here: whoever asks for a version from before an erasure is refused, snapshot or not."""
    store = told([command for command in history if not isinstance(command, EraseImages)])
    objects, commits = MemoryObjectStore(), list(store.read(STREAM))
    for place in kept_at:
        commit = commits[min(place, len(commits) - 1)]
        data_at(store, objects, "d", commit.last, commit.hash.hex())
    asked = commits[min(asked_at, len(commits) - 1)]
    assert data_at(store, objects, "d", asked.last, asked.hash.hex()) == whole(store, asked)
    assert data_now(store, objects, "d") == whole(store, commits[-1])


@pytest.fixture
def store() -> CountingEventStore:
    """Six images, registered and then judged one a commit."""
    judged = (SubmitAnnotations(annotations=(Judgement(image_id=i, verdict="OK"),)) for i in IMAGES[:4])
    split = AssignSplit(image_ids=IMAGES[:2], split="test", rule="first two")
    return told([*judged, split])


@pytest.fixture
def objects() -> MemoryObjectStore:
    return MemoryObjectStore()


def test_only_what_came_after_the_snapshot_is_read(
    store: CountingEventStore, objects: MemoryObjectStore
) -> None:
    first = data_now(store, objects, "d")
    assert first.rules == {"test": "first two"}
    store.given.clear()
    assert data_now(store, objects, "d") == first
    assert store.given == []
    assert len(objects._objects) == 1


def test_an_older_version_does_not_open_at_a_newer_snapshot(
    store: CountingEventStore, objects: MemoryObjectStore
) -> None:
    data_now(store, objects, "d")
    third = list(store.read(STREAM))[2]
    assert data_at(store, objects, "d", third.last, third.hash.hex()) == whole(store, third)


def test_little_is_folded_without_leaving_a_snapshot(
    store: CountingEventStore, objects: MemoryObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "SNAPSHOT_EVENTS", 1_000)
    data_now(store, objects, "d")
    assert list(objects.names("snapshots/")) == []


@pytest.mark.parametrize("wrong", ["cut", "altered", "empty", "another form", "another stream", "forged"])
def test_a_snapshot_that_is_wrong_is_passed_over_and_made_again(
    wrong: str, store: CountingEventStore, objects: MemoryObjectStore, caplog: pytest.LogCaptureFixture
) -> None:
    right = data_now(store, objects, "d")
    [name] = objects.names("snapshots/")
    objects._objects[name] = spoilt(wrong, objects._objects[name])
    assert data_now(store, objects, "d") == right
    assert len(list(objects.names("snapshots/"))) == 2
    store.given.clear()
    assert data_now(store, objects, "d") == right
    assert store.given == []


def spoilt(how: str, body: bytes) -> bytes:
    columns = msgspec.msgpack.decode(body[:-32], type=SnapshotColumns)
    match how:
        case "cut":
            return body[:-1]
        case "altered":
            return body[:90] + bytes([body[90] ^ 1]) + body[91:]
        case "empty":
            return b""
        case "another form":
            return sealed(msgspec.structs.replace(columns, form=0))
        case "another stream":
            return sealed(msgspec.structs.replace(columns, stream="dataset-e"))
        case _:
            return sealed(msgspec.structs.replace(columns, hash=b"\0" * 32, rules={}))


def sealed(columns: SnapshotColumns) -> bytes:
    body = msgspec.msgpack.encode(columns)
    return body + sha256(body).digest()


def test_a_snapshot_of_another_history_is_not_used(
    store: CountingEventStore, objects: MemoryObjectStore
) -> None:
    """As after a restore of an older state, on which people then went another way."""
    data_now(store, objects, "d")
    parted = CountingEventStore()
    events = play([])[0]
    parted.restore(STREAM, chained(Head(STREAM, 0, genesis("snapshots", STREAM)), events, actor="another"))
    for _ in range(9):
        parted.append(STREAM, events[1], ME)
    assert data_now(parted, objects, "d") == data_now(parted, MemoryObjectStore(), "d")


def test_what_a_policy_chose_is_known_and_its_controls_are_not(objects: MemoryObjectStore) -> None:
    """The suggestion lies before the snapshot, the judgements after it."""
    picks = tuple(Candidate(image, "uncertain", control=n == 0) for n, image in enumerate(IMAGES[:3]))
    store = told([SuggestCandidates(suggestion_id="s", policy="hybrid-1", candidates=picks)])
    data_now(store, objects, "d")
    for image in IMAGES[:2]:
        store.append(STREAM, [AnnotationSubmitted(image_id=image, verdict="NG", suggestion_id="s")], ME)
    rows = {row.image_id: row.suggested for row in data_now(store, objects, "d").rows}
    assert [rows[image] for image in IMAGES[:4]] == [False, True, True, False]


def test_another_hash_than_was_asked_for_is_still_refused(
    store: CountingEventStore, objects: MemoryObjectStore
) -> None:
    version = store.head(STREAM).version
    data_now(store, objects, "d")
    with pytest.raises(OtherHistory):
        data_at(store, objects, "d", version, "0" * 64)


def test_a_store_that_takes_no_snapshot_does_not_stop_the_work(store: CountingEventStore) -> None:
    class Full(MemoryObjectStore):
        def put(self, name: str, body: object) -> None:
            raise Unavailable("the disk is full")

    assert data_now(store, Full(), "d") == data_now(store, MemoryObjectStore(), "d")


GROUPED = (
    (Capture(), None),
    (Capture(part="P1", lot="L1", session="S1"), None),
    (Capture(camera="1", line="L3", light="ring", captured_at="2026-11-01T08:00:00+00:00"), "tray"),
)


MARKED = (Defect("dent", box=(1.5, 2, 3, 4)),)


def test_all_that_an_image_can_be_is_kept() -> None:
    images = {
        sha256(str(n).encode()).hexdigest(): ImageState(
            n + 1,
            ImageFile(0, 30 + n, 40, ""),
            GROUPED[n % 3][0],
            split,
            excluded,
            None
            if verdict is None
            else AnnotationSubmitted(
                image_id="", verdict=verdict, defects=MARKED[: n % 2], label_book_revision=n % 3
            ),
            review,
            GROUPED[n % 3][1],
        )
        for n, (split, excluded, verdict, review) in enumerate(snapshot._ALL_STANDINGS)
    }
    windows = {"1": WindowSet(low=0, high=5, camera="1"), None: WindowSet(low=0, high=4095, how="sample")}
    regions: dict[str | None, RegionOfInterest] = {
        "1": RegionOfInterest(30, 40, ignore=(((1, 1), (9, 1), (1, 9.5)),), camera="1")
    }
    scales = {None: 0.1, "1": 0.05}
    state = DatasetState(
        version=96, images=images, grouping="lot", windows=windows, regions=regions, scales=scales
    )
    ids = list(images)
    judges = Judges(
        {id: f"p{n % 5}" for n, id in enumerate(ids) if n % 4},
        {ids[5]: BlindAnswers(90, {"p1": "OK", "p2": "NG"}, is_settled=True)},
        (
            AgreementTaskOpened(task_id="t", image_ids=(ids[7],), open_to=2),
            BlindJudgementSubmitted(task_id="t", image_id=ids[7], person="p3", verdict="HOLD"),
        ),
    )
    head = Head(STREAM, 96, b"h" * 32)
    folded = FoldedDataset(head, state, {"test": "検品"}, frozenset(ids[3:9]), judges)
    assert from_bytes(to_bytes(folded)) == folded
    assert len(images) == 96


def test_a_slice_of_time_holds_the_same_images_from_a_snapshot() -> None:
    """A snapshot keeps the moment of a capture, not its text, which says another date in UTC."""
    taken = Capture(captured_at="2026-03-31T00:30:00+09:00")
    image = ImageState(1, ImageFile(0, 30, 40, ""), taken)
    state = DatasetState(version=1, images={"a" * 64: image})
    [kept] = from_bytes(to_bytes(FoldedDataset(Head(STREAM, 1, b"h" * 32), state, {}))).state.images.values()
    assert kept.capture != taken
    slice = in_zone(HistorySlice("captured_before", "2026-03-31"), ZoneInfo("Asia/Tokyo"))
    assert [holds(slice, each.capture, None, None, None) for each in (image, kept)] == [False, False]


def test_what_the_fold_means_has_not_changed_unnoticed() -> None:
    """If this fails, the fold or its state changed: raise snapshot.FORM, unless only names did; write the digest."""
    parts = (decider.fold, decider._change, Draft, ImageState, JudgesDraft)
    meaning = "".join(inspect.getsource(part) for part in parts)
    assert (snapshot.FORM, sha256(meaning.encode()).hexdigest()[:12]) == (13, "31566d9d4abf")
