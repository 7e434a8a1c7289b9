"""`kenpin import` of many small files: images a second and peak memory, beside Datumaro's reader on the same folder."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Final

from bench import peer_datumaro, small_files
from bench.child import Child, run_child
from bench.report import Report, Scale, print_progress
from host.cli.client import Client
from host.issuer.mint import SYSTEM, Minting
from host.node import Node
from host.temporary_node import temporary_node

MANY: Final = 100_000
"""Of so many files the rate is claimed; of few, the start of the command counts for most."""
SIZES: Final[dict[Scale, tuple[int, ...]]] = {"small": (1_000,), "full": (1_000, MANY)}
IMAGES_S: Final = 250
GROWTH_KB: Final = 2
"""The most memory that one more image may take."""
NOTES: Final = [
    "JPEG and PNG files of 128×96, about 3 KB, in the folders ok and ng; no two are alike",
    "a whole node beside it: two HTTP workers, the projector, embedded PostgreSQL and files with fsync on",
    "import: read, digest, upload, register and judge; again: the same command once more",
    "dry run: what Kenpin understands of the folder, and the digest of every file; nothing is stored",
    "datumaro: its reader lists the folder, reads and digests every file; it stores nothing",
    "peak memory and CPU time are those of the process that imports; seconds include its start",
]


def measure(scale: Scale, report: Report) -> None:
    report.notes += NOTES
    report.seeds["picture"] = small_files.SEED
    peaks: dict[int, float] = {}
    for images in SIZES[scale]:
        with tempfile.TemporaryDirectory(prefix="kenpin-bench-") as folder:
            print_progress(f"making {images:,} files")
            report.sizes[f"bytes_of_{images}"] = small_files.make(Path(folder) / "files", images)
            with temporary_node(Path(folder) / "node", training_workers=0) as node:
                peaks[images] = _measure_folder(node, Path(folder) / "files", images, report)
    if len(peaks) > 1:
        (few, least), (many, most) = min(peaks.items()), max(peaks.items())
        growth = (most - least) * 1024 / (many - few)
        report.claim_at_most("import, memory of one more image, KB", growth, GROWTH_KB)


def _measure_folder(node: Node, files: Path, images: int, report: Report) -> float:
    """Measure one folder; return the peak memory of its import in MB."""
    client = Client(node.address, Minting(node.settings, SYSTEM))
    client.post("/projects", {"project_id": "bench", "name": "Bench"})
    client.post("/datasets", {"dataset_id": "bench", "project_id": "bench", "name": "Bench"})
    first = _add("import", _kenpin(node, files), images, report)
    again = _add("import again", _kenpin(node, files), images, report)
    report_first, report_again = json.loads(first.output), json.loads(again.output)
    assert (report_first["registered"], report_first["judged"]) == (images, images), report_first
    assert (report_again["known"], report_again["version"]) == (images, report_first["version"])
    _add("dry run", _kenpin(node, files, "--dry-run"), images, report)
    _add("datumaro", peer_datumaro.read(files), images, report)
    if images >= MANY:
        report.claim_at_least(f"import of {images:,}, images/s", images / first.seconds, IMAGES_S)
    return first.peak_mb


def _kenpin(node: Node, files: Path, *options: str) -> Child:
    print_progress(f"kenpin import {' '.join(options)}")
    settings = {"DATA_DIR": str(node.settings.data_dir), "PUBLIC_URL": node.address, "URL": node.address}
    environment = {f"KENPIN_{name}": value for name, value in settings.items()}
    python: list[str | Path] = [sys.executable, "-m", "bench.import_as_node"]
    return run_child([*python, "bench", files, "--json", *options], environment)


def _add(name: str, child: Child, images: int, report: Report) -> Child:
    print_progress(f"{name}: {images / child.seconds:,.0f} images/s, {child.peak_mb:,.0f} MB")
    report.add(f"{name}, {images:,} files", "images/s", [images / child.seconds])
    report.add(f"{name}, {images:,} files, peak memory", "MB", [child.peak_mb])
    report.add(
        f"{name}, {images:,} files, CPU time of its process",
        "ms an image",
        [child.cpu_seconds / images * 1e3],
    )
    return child
