"""A node under a factory's day: annotators who judge while a line sends images."""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from msgspec import Struct

from bench.load_clients import DATASET_ID, Annotator, FactoryLine, Load, Measured, photos
from bench.report import Report, Scale, percentile, print_progress
from host.cli.client import Client
from host.issuer.mint import SYSTEM, Minting, mint
from host.node import Node
from host.temporary_node import temporary_node

WINDOW_S: Final = 10
MOST_P99_MS: Final = 250
FIRST_IMAGES: Final = 400
"""Images that are there before the clock starts, so that annotators never wait for the line."""


class LoadSize(Struct, frozen=True):
    annotators: int
    judgement_every_s: float
    """of each annotator"""
    images_per_s: int
    seconds: int


SIZES: Final[dict[Scale, LoadSize]] = {
    "small": LoadSize(50, 1.0, 76, 40),
    "full": LoadSize(50, 1.0, 100, 120),
}

NOTES: Final = [
    "a whole node on 127.0.0.1: two HTTP workers, the projector and embedded PostgreSQL with fsync on",
    "the clients, in one thread of their own process, share its cores",
    "an annotator opens an image, fetches its thumbnail (made at this request) and judges it; every tenth time"
    " a page of the gallery as well",
    "the line plans uploads, sends 640 × 480 JPEGs and announces them, four lots a second",
    f"a window is {WINDOW_S} s",
]


def measure(scale: Scale, report: Report) -> None:
    size = SIZES[scale]
    report.sizes |= {
        "annotators": size.annotators,
        "images_per_s": size.images_per_s,
        "seconds": size.seconds,
    }
    report.notes += NOTES
    with (
        tempfile.TemporaryDirectory(prefix="kenpin-bench-") as folder,
        temporary_node(Path(folder), training_workers=0) as node,
    ):
        load = asyncio.run(_run(node, size))
    report.add("images registered", "images/s", [load.images / size.seconds])
    _add_windows(load.measured, size.seconds // WINDOW_S, report)


async def _run(node: Node, size: LoadSize) -> Load:
    people = [f"annotator-{n}" for n in range(size.annotators)]
    _prepare(node, people)
    load, token, pictures = Load(node.settings.port, 0), mint(node.settings, SYSTEM), photos(8)
    print_progress(f"registering {FIRST_IMAGES} images")
    for n in range(FIRST_IMAGES // 50):
        await FactoryLine(load, token, 0, pictures).send(f"first-{n}", 50)
    waiting, load = load.waiting, Load(node.settings.port, size.seconds)
    load.waiting += waiting
    print_progress(f"{size.annotators} annotators and {size.images_per_s} images/s for {size.seconds} s")
    line = FactoryLine(load, token, size.images_per_s, pictures)
    tokens = enumerate(mint(node.settings, actor) for actor in people)
    annotators = [Annotator(load, token, size.judgement_every_s, seed) for seed, token in tokens]
    await asyncio.gather(line.run(), *(one.run() for one in annotators))
    return load


def _prepare(node: Node, people: list[str]) -> None:
    client = Client(node.address, Minting(node.settings, SYSTEM))
    client.post("/projects", {"project_id": "load", "name": "Load"})
    for actor in people:
        client.post("/members", {"actor": actor, "project_id": "load", "role": "inspector"})
    client.post("/datasets", {"dataset_id": DATASET_ID, "project_id": "load", "name": "Load"})
    client.caught_up(DATASET_ID, 1)


def _add_windows(measured: list[Measured], windows: int, report: Report) -> None:
    """Add p50 and p99 of each kind of request in each window; hold the worst window's judgements to the aim."""
    for kind in sorted({one.kind for one in measured}):
        of_kind = [one for one in measured if one.kind == kind]
        p99s = [p99 for n in range(windows) if (p99 := _add_window(kind, of_kind, n, report))]
        if kind == "judgement":
            report.claim_at_most(f"{kind}, p99 of the worst window, ms", max(p99s), MOST_P99_MS)


def _add_window(kind: str, measured: list[Measured], window: int, report: Report) -> float | None:
    """Return the p99; None when nothing was answered in this window."""
    latencies = [one.latency_s * 1e3 for one in measured if int(one.at_s // WINDOW_S) == window]
    if not latencies:
        return None
    name = f"{kind}, window {window + 1}"
    report.add(f"{name}, p50", "ms", [percentile(latencies, 0.5)])
    return report.add(f"{name}, p99", "ms", [percentile(latencies, 0.99)]).median
