"""The event store beside the Python library eventsourcing on one server: append, replay, projection, verify."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct

from bench import kenpin_side, peer_projection, peer_side
from bench.history import SEED, history
from bench.process_pool import ProcessPool
from bench.report import Figure, Report, Scale, print_progress
from functions.runtime.telemetry import tune_garbage_collection
from host.embedded_postgres import EmbeddedPostgres

WRITERS: Final = (1, 8, 16)
COMMITS: Final = (1, 100)
RUNS_PER_VALUE: Final = 10
"""Replays and projections of ours that make one measured value, so that it takes about as long as one of the peer's."""
VALUE_FORMS: Final[tuple[peer_side.Form, ...]] = ("typed", "plain")


class StoreSize(Struct, frozen=True):
    commits: dict[int, int]
    """Events per commit → commits per writer."""
    images: int
    """A history is 1 + 2 × images events."""
    large: int
    """Images of the history that only Kenpin replays."""
    projected_by_peer: int
    repeats: int


SIZES: Final[dict[Scale, StoreSize]] = {
    "small": StoreSize({1: 20, 100: 5, 1_000: 2}, 2_000, 10_000, 200, 3),
    "full": StoreSize({1: 100, 100: 30, 1_000: 6}, 10_000, 100_000, 500, 5),
}


def measure(scale: Scale, report: Report) -> None:
    size = SIZES[scale]
    report.seeds["images"] = SEED
    report.sizes |= {
        "replayed_events": 1 + 2 * size.images,
        "events_projected_by_kenpin": 1 + 2 * size.images,
        "events_projected_by_peer": 1 + 2 * size.projected_by_peer,
        "events_replayed_large": 1 + 2 * size.large,
    }
    report.notes += NOTES
    for part in (_appends, _replays, _projections):
        with server() as url:
            part(url, size, report)


@contextmanager
def server() -> Iterator[str]:
    """A fresh PostgreSQL with the tables of both."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres") as postgres:
        kenpin_side.create(postgres.url)
        peer_side.create(postgres.url)
        yield postgres.url
        kenpin_side.database(postgres.url).close()


NOTES: Final = [
    "ours and the peer's take turns, repeat by repeat, so that what else the machine does strikes both",
    "projection: garbage is collected as in the process of the projector, on both sides",
    "one embedded PostgreSQL for both, fresh for each part, fsync on; every append is durable when it returns",
    "append: each writer is a process; events are made before the clock starts, so it is encode and insert",
    "peer: eventsourcing, Application.events.put with its JSON transcoder and PostgreSQL recorder",
    "peer at 1,000 events per commit: its database function; its default (psycopg pipeline mode) hangs there at times",
    "peer on one shared stream: left out; its events are numbered by the writer, so writers on one aggregate conflict",
    "replay: read, decode and rebuild the same dataset; the peer with typed values (as Kenpin has) and plain dicts",
    "projection: the same rows and counts on both sides; the peer in one transaction per event, as it documents",
]


def _appends(url: str, size: StoreSize, report: Report) -> None:
    with ProcessPool(max(WRITERS)) as pool:
        for events, commits in size.commits.items():
            for writers in WRITERS:
                _append(pool, url, events, commits, writers, size.repeats, report)


def _append(
    pool: ProcessPool, url: str, events: int, commits: int, writers: int, repeats: int, report: Report
) -> None:
    what = f"{events:,} per commit, {writers} writer{'s' if writers > 1 else ''}"
    print_progress(f"append {what}")
    appended = events * commits * writers
    kenpin_rates, shared_rates, peer_rates = [], [], []
    for turn in range(repeats):
        streams = [f"dataset-{events}-{writers}-{turn}-{n}" for n in range(writers)]
        prepare = partial(kenpin_side.prepare_appends, url, size=events, commits=commits)
        kenpin_rates.append(appended / pool.run([partial(prepare, stream) for stream in streams]))
        shared_rates.append(appended / pool.run([partial(prepare, streams[0] + "-shared")] * writers))
        prepare_peer = partial(peer_side.prepare_appends, url, events, commits)
        peer_rates.append(appended / pool.run([prepare_peer] * writers))
    kenpin = report.add(f"append kenpin, {what}", "events/s", kenpin_rates)
    report.add(f"append kenpin, {what}, one stream", "events/s", shared_rates)
    library = report.add(f"append peer, {what}", "events/s", peer_rates)
    if events == 100:
        report.claim_at_least(f"append, {what}: kenpin / peer", ratio(kenpin, library), 3)


def _replays(url: str, size: StoreSize, report: Report) -> None:
    events = 1 + 2 * size.images
    apps = {form: peer_side.Datasets(peer_side.environment(url)) for form in VALUE_FORMS}
    aggregate_ids = {form: peer_side.record_history(app, size.images, form) for form, app in apps.items()}
    for commit in COMMITS:
        kenpin_side.append_history(url, f"dataset-replayed-{commit}", history(size.images), commit)
    times: dict[str, list[float]] = defaultdict(list)
    for turn in range(size.repeats):
        print_progress(f"replay {turn + 1}")
        for commit in COMMITS:
            stream = f"dataset-replayed-{commit}"
            replayed = [kenpin_side.replay(url, stream, size.images) for _ in range(RUNS_PER_VALUE)]
            times[f"replay kenpin, commits of {commit}"] += [sum(replayed) / RUNS_PER_VALUE]
            times[f"verify kenpin, commits of {commit}"] += [kenpin_side.check(url, stream, events)]
        for form, app in apps.items():
            times[f"replay peer, {form} values"] += [peer_side.replay(app, aggregate_ids[form], size.images)]
    figures = {name: report.add(name, "events/s", [events / t for t in took]) for name, took in times.items()}
    for app in apps.values():
        app.close()
    kenpin = figures["replay kenpin, commits of 100"]
    for form in VALUE_FORMS:
        peer = figures[f"replay peer, {form} values"]
        report.claim_at_least(f"replay: kenpin / peer with {form} values", ratio(kenpin, peer), 15)
    _replay_large(url, size, report)


def _replay_large(url: str, size: StoreSize, report: Report) -> None:
    events = 1 + 2 * size.large
    print_progress(f"replay {events:,} events")
    kenpin_side.append_history(url, "dataset-large", history(size.large), 200)
    times = [kenpin_side.replay(url, "dataset-large", size.large) for _ in range(size.repeats)]
    report.add(f"replay kenpin, {events:,} events in commits of 200", "events/s", [events / t for t in times])


def _projections(url: str, size: StoreSize, report: Report) -> None:
    tune_garbage_collection()
    events_to_append, events = history(size.images), 1 + 2 * size.images
    peer_events = 1 + 2 * size.projected_by_peer
    ours, theirs = [], []
    for turn in range(size.repeats):
        print_progress(f"projection {turn + 1}")
        streams = [f"dataset-projected-{turn}-{n}" for n in range(RUNS_PER_VALUE)]
        for stream in streams:
            kenpin_side.append_history(url, stream, events_to_append, 100)
        seconds = sum(kenpin_side.project(url, stream, events) for stream in streams)
        ours.append(RUNS_PER_VALUE * events / seconds)
        theirs.append(peer_events / peer_projection.project(url, size.projected_by_peer))
    kenpin = report.add("projection kenpin", "events/s", ours)
    peer = report.add("projection peer", "events/s", theirs)
    report.claim_at_least("projection: kenpin / peer", ratio(kenpin, peer), 50)


def ratio(ours: Figure, theirs: Figure) -> float:
    return ours.median / theirs.median
