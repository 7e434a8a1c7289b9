"""Requests that look at every image of a dataset: plans of splits and exports, leaks and near-duplicates."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import psycopg
from msgspec import Struct

from bench import synthetic
from bench.report import Report, Scale, print_progress, stopwatch
from functions.api.exports.answers import ExportPlan
from functions.api.splits.answers import DuplicatesFound
from host.cli.client import Client
from host.issuer.mint import SYSTEM, Minting
from host.node import Node
from host.temporary_node import temporary_node
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.application.whole_datasets import MOST_IMAGES
from kenpin.domain.dataset.splits import SplitRule, plan_split
from kenpin.pictures.fingerprint import SIZE, Fingerprints, near_duplicates
from kenpin.projections.database import NOTES as NOTES_SCHEMA
from kenpin.read_models.gallery.splitting import images_to_split
from kenpin.read_models.history import diff
from kenpin.read_models.layout import ROWS

SEED: Final = 20_261_129
PART_IMAGES: Final = 20
"""Images of one part look alike."""
COPIES: Final = 50
"""One image in so many is a near-duplicate of another."""
LAMBDA_S: Final = 29.0
"""Seconds that a request of the API may take on AWS."""
LAMBDA_CORES: Final = 0.29
"""Share of a core that a function of 512 MB has."""


class LargeSize(Struct, frozen=True):
    images: int
    planned: int
    """images of the dataset whose split is planned"""
    compared: int
    """images of the dataset whose near-duplicates are searched"""
    repeats: int


SIZES: Final[dict[Scale, LargeSize]] = {
    "small": LargeSize(50_000, 20_000, 20_000, 3),
    "full": LargeSize(1_000_000, MOST_IMAGES, 200_000, 3),
}
NOTES: Final = [
    "a whole node with embedded PostgreSQL; synthetic rows in the real tables, real requests",
    "plan of a split: core seconds of Python alone; every image is a group by itself, so there are most groups",
    "leaks: of a thousand changed images",
    "near-duplicates: twenty images a part, every fiftieth a copy of another; all pictures were looked at before",
]


def measure(scale: Scale, report: Report) -> None:
    size = SIZES[scale]
    report.notes += NOTES
    report.seeds["fingerprints"] = SEED
    report.sizes |= {"images": size.images, "planned": size.planned, "compared": size.compared}
    with (
        tempfile.TemporaryDirectory(prefix="kenpin-bench-") as folder,
        temporary_node(Path(folder), training_workers=0) as node,
    ):
        client = Client(node.address, Minting(node.settings, SYSTEM))
        client.post("/projects", {"project_id": "bench", "name": "Bench"})
        _measure_plans(client, node, size, report)
        _measure_duplicates(client, node, size, report)


def _measure_plans(client: Client, node: Node, size: LargeSize, report: Report) -> None:
    database = PostgresDatabase(node.database_url)
    _filled(client, node, "planned", size.planned)

    taken: list[float] = []
    for _ in range(size.repeats):
        start = time.process_time()
        with database.reading() as sql:
            plan_split(images_to_split(sql, "planned", size.planned + 1, "part"), SplitRule(by="part"))
        taken.append(time.process_time() - start)
    name = f"plan of a split of {size.planned:,} images"
    report.claim_at_most(f"{name}, core s", report.add(name, "core s", taken).median, LAMBDA_S * LAMBDA_CORES)
    path = _filled(client, node, "whole", size.images)
    between = diff.Range("whole", size.images - 1_000, size.images + 1)

    def leaks() -> None:
        with database.reading() as sql:
            diff.leaks(sql, between)

    what = f"of {size.images:,} images"
    _measure(
        f"plan of an export {what}", lambda: client.get(f"{path}/exports/plan", ExportPlan), size, report
    )
    _measure(f"leaks {what}", leaks, size, report)


def _measure_duplicates(client: Client, node: Node, size: LargeSize, report: Report) -> None:
    path = _filled(client, node, "compared", size.compared)
    fingerprints = made_fingerprints(size.compared)
    _keep(node.database_url, fingerprints)
    what = f"of {size.compared:,} images"
    _measure(f"comparison {what}", lambda: near_duplicates(fingerprints), size, report)
    _measure(
        f"near-duplicates {what}", lambda: client.ask(f"{path}/duplicates", {}, DuplicatesFound), size, report
    )


def _measure(name: str, act: Callable[[], object], size: LargeSize, report: Report) -> None:
    print_progress(name)
    taken: list[float] = []
    for _ in range(size.repeats):
        with stopwatch() as clock:
            act()
        taken.append(clock.seconds)
    report.claim_at_most(f"{name}, s", report.add(name, "s", taken).median, LAMBDA_S)


def _filled(client: Client, node: Node, dataset_id: str, images: int) -> str:
    print_progress(f"filling a dataset of {images:,} images")
    client.post("/datasets", {"dataset_id": dataset_id, "project_id": "bench", "name": dataset_id})
    client.caught_up(dataset_id, 1)
    synthetic.fill(node.database_url, dataset_id, images)
    return f"/datasets/{dataset_id}"


def made_fingerprints(images: int) -> Fingerprints:
    """Return fingerprints as one set-up gives them: all share something, those of one part more, copies nearly all."""
    random = np.random.default_rng(SEED)

    def noise(rows: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        return random.standard_normal((rows, SIZE), dtype=np.float32)

    parts = noise(-(-images // PART_IMAGES))
    rows = 2 * noise(1) + parts[random.integers(0, len(parts), images)] + 0.8 * noise(images)
    copies = random.choice(images, images // COPIES, replace=False)
    rows[copies] = rows[random.integers(0, images, len(copies))] + 0.05 * noise(len(copies))
    rows /= np.abs(rows).max(axis=1, keepdims=True)
    return np.round(rows * 127).astype(np.int8)


def _keep(url: str, fingerprints: Fingerprints) -> None:
    """Store a fingerprint for each image of the dataset, as if its picture had been looked at."""
    with psycopg.connect(url, autocommit=True) as owner:
        ids = owner.execute(
            f"select image_id from {ROWS}.image where dataset_key = {synthetic.KEY} order by ordinal",
            {"dataset": "compared"},
        ).fetchall()
        with owner.cursor().copy(f"copy {NOTES_SCHEMA}.picture_note from stdin (format binary)") as copy:
            copy.set_types(["text", "bytea", "float8", "float8", "float8"])
            for (image_id,), each in zip(ids, fingerprints, strict=True):
                copy.write_row((image_id, each.tobytes(), 100.0, 120.0, 0.0))
        owner.execute(f"vacuum analyze {NOTES_SCHEMA}.picture_note")
