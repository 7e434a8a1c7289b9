"""The HTTP API of a whole node: pages and judgements, on datasets of ten thousand and of a million images."""

import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct

from bench import synthetic
from bench.clients import HttpRequest, Timing, timed
from bench.kenpin_side import cursor
from bench.report import Figure, Report, Scale, percentile, print_progress
from host.cli.client import Client
from host.issuer.mint import SYSTEM, Minting, mint
from host.node import Node
from host.temporary_node import temporary_node

CLIENTS: Final = (1, 16)
MEMBER: Final = "inspector-7"


class ApiSize(Struct, frozen=True):
    datasets: tuple[int, int]
    """images"""
    requests: int
    """per measurement, over all clients"""
    repeats: int


SIZES: Final[dict[Scale, ApiSize]] = {
    "small": ApiSize((10_000, 100_000), 160, 3),
    "full": ApiSize((10_000, 1_000_000), 400, 5),
}

NOTES: Final = [
    "a whole node: two HTTP workers, the projector and embedded PostgreSQL with fsync on; clients share its cores",
    "requests are a member's; by the platform: the same as the one actor whose rights are not looked up",
    "synthetic rows in the real tables; what a request reads and writes is real",
    "images and commits read: by the API and the projector together, as PostgreSQL counts them, per request",
    "each client has a kept-alive connection and asks again when it is answered; all clients are one thread",
]


def measure(scale: Scale, report: Report) -> None:
    size = SIZES[scale]
    report.sizes |= {
        "images_small": size.datasets[0],
        "images_large": size.datasets[1],
        "requests": size.requests,
    }
    report.notes += NOTES
    with (
        tempfile.TemporaryDirectory(prefix="kenpin-bench-") as folder,
        temporary_node(Path(folder), training_workers=0) as node,
    ):
        client = Client(node.address, Minting(node.settings, SYSTEM))
        client.post("/projects", {"project_id": "bench", "name": "Bench"})
        client.post("/members", {"actor": MEMBER, "project_id": "bench", "role": "qa_lead"})
        small, large = (
            _measure_dataset(client, node, images, size, report).median for images in size.datasets
        )
    comparison = f"{size.datasets[1]:,} images / {size.datasets[0]:,}"
    report.claim_at_most(f"page of 100, {comparison}, p50", large / small, 1.5)


def _measure_dataset(client: Client, node: Node, images: int, size: ApiSize, report: Report) -> Figure:
    """Measure one dataset; return the figure of the page of 100 images, one client."""
    dataset_id, what = f"d{images}", f"{images:,} images"
    print_progress(f"filling a dataset of {what}")
    client.post("/datasets", {"dataset_id": dataset_id, "project_id": "bench", "name": what})
    client.caught_up(dataset_id, 1)
    synthetic.fill(node.database_url, dataset_id, images)
    path = f"/v1/datasets/{dataset_id}"
    reads = {
        "page of 100": f"{path}/images?limit=100",
        "page of 100 from the middle": f"{path}/images?limit=100&cursor={cursor(images // 2)}",
        "page of 100 NG": f"{path}/images?limit=100&verdict=NG",
        "page of 100 of a product": f"{path}/images?limit=100&product=A-3",
        "open": path,
    }
    read_figures: dict[str, Figure] = {}
    for name, address in reads.items():
        read_figures[name] = _measure_requests(
            node, f"{name}, {what}", partial(_read, address), (1,), size, report
        )[1]
    first = partial(_read, reads["page of 100"])
    _measure_requests(node, f"page of 100, {what}, by the platform", first, (1,), size, report, SYSTEM)
    _measure_requests(node, f"page of 100, {what}", first, (16,), size, report)
    ids = synthetic.some_images(node.database_url, dataset_id, size.requests * size.repeats * 3)
    judged = _measure_requests(
        node, f"judgement, {what}", lambda n: _judgement(path, ids[n]), CLIENTS, size, report
    )
    before = _rows_read(node)
    _measure_requests(node, f"tag a version, {what}", lambda n: _tag(path, n), (1,), size, report)
    read = (_rows_read(node) - before) / (size.requests * size.repeats)
    report.add(f"tag a version, {what}", "images and commits read", [read])
    report.claim_at_most(f"tag a version, {what}, images and commits read", read, 20)
    report.claim_at_most(f"page of 100, {what}, p50 ms", read_figures["page of 100"].median, 10)
    report.claim_at_most(f"judgement, {what}, 1 client, p50 ms", judged[1].median, 10)
    report.claim_at_least(f"judgement, {what}, 16 clients, per second", judged[16].median, 300)
    return read_figures["page of 100"]


def _rows_read(node: Node) -> int:
    time.sleep(1.5)
    timed(node.settings.port, mint(node.settings, SYSTEM), [[HttpRequest("/v1/projects")]] * 16)
    return synthetic.images_and_commits_read(node.database_url)


def _measure_requests(
    node: Node,
    name: str,
    ask: Callable[[int], HttpRequest],
    clients: Sequence[int],
    size: ApiSize,
    report: Report,
    actor: str = MEMBER,
) -> dict[int, Figure]:
    """Return by number of clients: p50 in ms for one, requests per second for many. `ask(n)` makes request n."""
    figures: dict[int, Figure] = {}
    sent = 0
    for count in clients:
        print_progress(f"{name}, {count} client{'s' if count > 1 else ''}")
        timings: list[Timing] = []
        for _ in range(size.repeats):
            each = [[ask(sent + c * (size.requests // count) + n) for n in range(size.requests // count)]
                    for c in range(count)]  # fmt: skip
            sent += size.requests
            timings.append(timed(node.settings.port, mint(node.settings, actor), each))
        figures[count] = _add_figures(name, count, timings, report)
    return figures


def _add_figures(name: str, clients: int, timings: list[Timing], report: Report) -> Figure:
    name_of_case = f"{name}, {clients} client{'s' if clients > 1 else ''}"
    p50 = report.add(f"{name_of_case}, p50", "ms", [percentile(t.latencies, 0.5) * 1e3 for t in timings])
    report.add(f"{name_of_case}, p99", "ms", [percentile(t.latencies, 0.99) * 1e3 for t in timings])
    rate = report.add(name_of_case, "requests/s", [t.per_second for t in timings])
    return p50 if clients == 1 else rate


def _read(path: str, n: int) -> HttpRequest:
    return HttpRequest(path)


def _judgement(path: str, image_id: str) -> HttpRequest:
    return HttpRequest(
        f"{path}/annotations", {"annotations": [{"image_id": image_id, "verdict": "HOLD", "revision": 0}]}
    )


def _tag(path: str, n: int) -> HttpRequest:
    return HttpRequest(f"{path}/tags", {"name": f"v{n}"})
