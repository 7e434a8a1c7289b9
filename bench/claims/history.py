"""1,200,000 events on 1,000,000 images: diff, as-of pages, decision chains, a checked replay; and DVC beside it."""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from msgspec import Struct

from bench import kenpin_side
from bench.clients import HttpRequest, timed
from bench.history import SEED, grown_history, image_changes, image_id
from bench.peer_dvc import Folder
from bench.report import Figure, Report, Scale, percentile, print_progress
from host.cli.client import Client
from host.issuer.mint import SYSTEM, Minting, mint
from host.node import Node
from host.temporary_node import temporary_node

STREAM: Final = "dataset-bench"
PATH: Final = "/v1/datasets/bench"
EVENTS_PER_COMMIT: Final = 200
CHANGE_COUNT: Final = 1_000


class HistorySize(Struct, frozen=True):
    images: int
    judgements: int
    """The history is 1 + images + judgements + CHANGES events."""
    requests: int
    files: int
    """of the peer"""
    repeats: int


SIZES: Final[dict[Scale, HistorySize]] = {
    "small": HistorySize(50_000, 10_000, 40, 2_000, 3),
    "full": HistorySize(1_000_000, 198_999, 50, 10_000, 3),
}
NOTES: Final = [
    "a whole node with embedded PostgreSQL; events are appended to the real store and projected by the real projector",
    "diff: of the last 1,000 events, each a change of another image; summary and first page of 100 changes",
    "page as of: 100 images from the middle, as they stood before any was judged, beside the live page, turn by turn",
    "page of NG as of: when half of the judgements were made, from the start, beside the live page",
    "statistics of the rows are taken before, as PostgreSQL does by itself within a minute",
    "decision chain: of an image that was judged twice",
    "replay: in a process of its own: read, hash every commit anew, decode and fold; memory as the kernel counts it",
    "replay, memory: the same images with five judgements each beside one each",
    "DVC 3.67 by its command line, on files of 4 kB in one folder: start is what its interpreter and imports take",
]


def measure(scale: Scale, report: Report) -> None:
    size = SIZES[scale]
    report.seeds["images"] = SEED
    report.notes += NOTES
    report.sizes |= {"images": size.images, "events": 1 + size.images + size.judgements + CHANGE_COUNT}
    report.sizes |= {"changes": CHANGE_COUNT, "peer_files": size.files}
    with tempfile.TemporaryDirectory(prefix="kenpin-bench-") as folder:
        with temporary_node(Path(folder) / "node", training_workers=0) as node:
            versions = _record_history(node, size)
            _measure_reads(node, versions, size, report)
            _measure_replays(node.database_url, size, report)
        _measure_peer(Path(folder) / "dvc", size, report)


def _record_history(node: Node, size: HistorySize) -> tuple[int, int]:
    """The history, in the store and in rows; the versions before and after its last changes."""
    print_progress("appending the history")
    client = Client(node.address, Minting(node.settings, SYSTEM))
    client.post("/projects", {"project_id": "bench", "name": "Bench"})
    events = grown_history(size.images, size.judgements)
    kenpin_side.append_history(node.database_url, STREAM, islice(events, 1), EVENTS_PER_COMMIT)
    client.caught_up("bench", 1)
    kenpin_side.append_history(node.database_url, STREAM, events, EVENTS_PER_COMMIT)
    before = 1 + size.images + size.judgements
    kenpin_side.append_history(
        node.database_url, STREAM, image_changes(range(CHANGE_COUNT)), EVENTS_PER_COMMIT
    )
    print_progress("waiting for its rows")
    client.caught_up("bench", before + CHANGE_COUNT)
    kenpin_side.take_statistics(node.database_url)
    return before, before + CHANGE_COUNT


def _measure_reads(node: Node, versions: tuple[int, int], size: HistorySize, report: Report) -> None:
    before, after = versions
    between = f"{PATH}/diff?from={before}&to={after}"
    middle = f"{PATH}/images?limit=100&cursor={kenpin_side.cursor(size.images // 2)}"
    ng = f"{PATH}/images?limit=100&verdict=NG"
    then, later = f"&as_of={1 + size.images}", f"&as_of={1 + size.images + size.judgements // 2}"
    chain = f"{PATH}/images/{image_id(1)}/decisions"
    ask: dict[str, Callable[[], Iterator[HttpRequest]]] = {
        f"diff of {CHANGE_COUNT:,} changes": partial(_repeated, f"{between}&limit=100", size.requests),
        f"diff of {CHANGE_COUNT:,} changes, all in one page": partial(
            _repeated, f"{between}&limit=1000", size.requests
        ),
        "page of 100, live": partial(_repeated, middle, size.requests),
        "page of 100, as of an old version": partial(_repeated, middle + then, size.requests),
        "page of 100 NG, live": partial(_repeated, ng, size.requests),
        "page of 100 NG, as of an old version": partial(_repeated, ng + later, size.requests),
        "page of NG as of a version without any": partial(_repeated, ng + then, size.requests),
        "decision chain of an image": partial(_repeated, chain, size.requests),
    }
    times: dict[str, list[float]] = {name: [] for name in ask}
    for _ in range(size.repeats):
        for name, asks in ask.items():
            print_progress(name)
            took = timed(node.settings.port, mint(node.settings, SYSTEM), [list(asks())]).latencies
            times[name].append(percentile(took, 0.5) * 1e3)
    found = {name: report.add(f"{name}, p50", "ms", each) for name, each in times.items()}
    diff, whole, live, old, live_ng, old_ng, _, decisions = found.values()
    report.claim_at_most(f"{diff.name} ms", diff.median, 50)
    report.claim_at_most(f"{whole.name} ms", whole.median, 50)
    report.claim_at_most("page as of an old version / live page", old.median / live.median, 2)
    report.claim_at_most("page of NG as of an old version / live page", old_ng.median / live_ng.median, 2)
    report.claim_at_most(f"{decisions.name} ms", decisions.median, 20)


def _repeated(path: str, times: int) -> Iterator[HttpRequest]:
    return (HttpRequest(path) for _ in range(times))


def _measure_replays(url: str, size: HistorySize, report: Report) -> None:
    events = 1 + size.images + size.judgements + CHANGE_COUNT
    print_progress(f"replaying {events:,} events")
    measured = [_replay_in_process(url, STREAM) for _ in range(size.repeats)]
    rate = report.add("replay with every hash", "events/s", [events / seconds for seconds, _ in measured])
    report.add("replay with every hash, peak memory", "MB", [peak for _, peak in measured])
    report.claim_at_least("replay with every hash, events/s", rate.median, 100_000)
    once, often = (_measure_memory(url, size.images // 10, times, size, report) for times in (1, 5))
    report.claim_at_most("peak memory, five judgements an image / one", often.median / once.median, 1.1)


def _measure_memory(url: str, images: int, judged: int, size: HistorySize, report: Report) -> Figure:
    stream = f"dataset-judged-{judged}"
    print_progress(f"replaying {images:,} images judged {judged} times")
    kenpin_side.append_history(url, stream, grown_history(images, images * judged), EVENTS_PER_COMMIT)
    peaks = [_replay_in_process(url, stream)[1] for _ in range(size.repeats)]
    return report.add(f"replay, {images:,} images judged {judged} times, peak memory", "MB", peaks)


def _replay_in_process(url: str, stream: str) -> tuple[float, float]:
    """Seconds, and the most memory in MB, of a process that replays the stream and checks its chain."""
    measured = subprocess.run(
        [sys.executable, "-m", "bench.claims.history", url, stream],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds, peak = map(float, measured.stdout.split())
    return seconds, peak


def _measure_peer(place: Path, size: HistorySize, report: Report) -> None:
    print_progress(f"DVC, {size.files:,} files")
    folder = Folder(place, size.files, SEED)
    times: dict[str, list[float]] = {"start": [], "add after changing 100": [], "diff": [], "checkout": []}
    for _ in range(size.repeats):
        folder.change(range(0, size.files, size.files // 100))
        times["start"].append(folder.start())
        times["add after changing 100"].append(folder.add())
        times["diff"].append(folder.diff())
        times["checkout"].append(folder.checkout_first())
    for name, took in times.items():
        report.add(f"DVC, {size.files:,} files, {name}", "ms", [seconds * 1e3 for seconds in took])


def main() -> None:
    """`python -m bench.claims.history URL STREAM`: replay with every hash; print seconds and the peak memory in MB."""
    seconds = kenpin_side.replay_checked(sys.argv[1], sys.argv[2])
    per_mb = 1024 if sys.platform == "linux" else 1024 * 1024
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_mb)


if __name__ == "__main__":
    main()
