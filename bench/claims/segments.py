"""History in segments and in PostgreSQL, compared: read, replay and size; and a dataset opened from a snapshot."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from bench import kenpin_side, segments_side
from bench.claims.store import server
from bench.history import SEED, history
from bench.report import Report, Scale, print_progress, stopwatch
from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.ports import EventStore, History
from kenpin_training import data as training

STREAM: Final = "dataset-bench"


class SegmentsSize(Struct, frozen=True):
    images: int
    """A history is 1 + 2 × images events."""
    commit: int
    repeats: int


SIZES: Final[dict[Scale, SegmentsSize]] = {
    "small": SegmentsSize(50_000, 200, 3),
    "full": SegmentsSize(500_000, 200, 3),
}
NOTES: Final = [
    "one stream; sources take turns, repeat by repeat, so that what else the machine does strikes all",
    "segments are checked as they are read: every hash is computed anew; PostgreSQL is read as it is",
    "S3 is an object store in memory behind the real adapter of DynamoDB: the network is not measured",
    "a dataset is opened as the training container does it: from its first event and leaving a snapshot, or at that",
]


def measure(scale: Scale, report: Report) -> None:
    size = SIZES[scale]
    report.seeds["images"] = SEED
    report.sizes |= {"events": 1 + 2 * size.images, "events_per_commit": size.commit}
    report.notes += NOTES
    with server() as url, tempfile.TemporaryDirectory() as folder:
        print_progress("append")
        kenpin_side.append_history(url, STREAM, history(size.images), size.commit)
        store, path = kenpin_side.store(url), Path(folder)
        _write(store, path, size, report)
        sources: Mapping[str, History] = {
            "PostgreSQL": store,
            "segments in a folder": segments_side.segment_folder(path),
            "segments in objects": segments_side.sealed_store(path, STREAM),
        }
        events = 1 + 2 * size.images
        read = _rates("read", lambda of: segments_side.read(of, STREAM, events), sources, size, report)
        report.claim_at_least("read, segments in objects, events/s", read["segments in objects"], 1_000_000)
        replay = _rates(
            "replay", lambda of: segments_side.replay(of, STREAM, size.images), sources, size, report
        )
        ratio = replay["segments in objects"] / replay["PostgreSQL"]
        report.claim_at_least("replay: segments in objects / PostgreSQL", ratio, 0.8)
        _snapshots(store, size, report)


def _write(store: EventStore, path: Path, size: SegmentsSize, report: Report) -> None:
    print_progress("write segments")
    with stopwatch() as clock:
        segments_side.segment_folder(path).restore(STREAM, store.read(STREAM))
    report.add("PostgreSQL to segments", "events/s", [(1 + 2 * size.images) / clock.seconds])
    stored = sum(len(commit.meta) + len(commit.body) for commit in store.read(STREAM))
    packed = segments_side.bytes_in(path)
    report.add("commits as stored", "bytes/event", [stored / (1 + 2 * size.images)])
    report.add("segments", "bytes/event", [packed / (1 + 2 * size.images)])
    report.claim_at_most("segments / commits as stored, bytes", packed / stored, 0.25)


def _rates(
    what: str,
    took: Callable[[History], float],
    sources: Mapping[str, History],
    size: SegmentsSize,
    report: Report,
) -> dict[str, float]:
    """Events a second, the median of each source."""
    rates: dict[str, list[float]] = {name: [] for name in sources}
    for turn in range(size.repeats):
        print_progress(f"{what} {turn + 1}")
        for name, source in sources.items():
            rates[name].append((1 + 2 * size.images) / took(source))
    return {name: report.add(f"{what}, {name}", "events/s", of).median for name, of in rates.items()}


def _snapshots(store: EventStore, size: SegmentsSize, report: Report) -> None:
    objects = MemoryObjectStore()
    head = store.head(STREAM)
    times: dict[str, list[float]] = {"from the first event": [], "at a snapshot": []}
    for turn in range(size.repeats):
        print_progress(f"open for training {turn + 1}")
        for name, at in (("from the first event", MemoryObjectStore()), ("at a snapshot", objects)):
            if turn == 0 and at is objects:
                training.data_at(store, objects, "bench", head.version, head.hash.hex())
            with stopwatch() as clock:
                training.data_at(store, at, "bench", head.version, head.hash.hex())
            times[name].append(clock.seconds)
    figures = {name: report.add(f"open for training {name}", "s", took) for name, took in times.items()}
    [name] = objects.names("snapshots/")
    with objects.open(name) as body:
        report.add("snapshot", "bytes/image", [len(body.read()) / size.images])
    ratio = figures["from the first event"].median / figures["at a snapshot"].median
    report.claim_at_least("open for training: first event / snapshot", ratio, 3)
