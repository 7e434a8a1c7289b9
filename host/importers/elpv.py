"""Reads the ELPV data set of solar cells from the package elpv-dataset, when somebody installed it.

Deitsch et al. 2019: 2,624 images of 300×300 pixels, a defect probability of 0, ⅓, ⅔ or 1 given by people.
"""

import hashlib
import importlib.util
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from kenpin.domain.ids import Verdict
from kenpin.importing.entry import Source, SourceEntry, Unreadable
from kenpin.importing.tree import FolderTree

LICENCE = (
    "ELPV is licensed CC BY-NC-SA 4.0: not for commercial use, name its authors, share alike. "
    "Cite Buerhop-Lutz et al. 2018, Deitsch et al. 2019 and 2021."
)
SPLIT_RULE = "elpv: a quarter of each (label, cell type), by the digest of the file name"
DEFECTIVE = 0.5


class Cell(Struct, frozen=True):
    """One row of the data set's table."""

    path: Path
    probability: float
    kind: str
    """mono | poly"""


def source() -> Source:
    """Return the cells with their splits. Raises Unreadable when the package is not installed."""
    folder = _folder()
    return Source(FolderTree(folder), list(_entries(folder)), SPLIT_RULE)


def cells() -> list[Cell]:
    """Return the rows of the table. Raises Unreadable when the package is not installed."""
    return list(_cells(_folder()))


def _entries(folder: Path) -> Iterator[SourceEntry]:
    """One SourceEntry per cell; a quarter of every stratum is test."""
    cells = list(_cells(folder))
    tests = _test_paths(cells)
    for cell in cells:
        yield SourceEntry(
            path=cell.path.relative_to(folder).as_posix(),
            name=cell.path.name,
            capture={"product": f"solar-cell-{cell.kind}", "source_id": cell.path.stem},
            verdict=_verdict(cell),
            split="test" if cell.path in tests else "train",
            reason=f"defect probability {cell.probability:.2f}",
        )


def _folder() -> Path:
    found = importlib.util.find_spec("elpv_dataset")
    if found is None or not found.submodule_search_locations:
        raise Unreadable(
            "elpv-dataset is not installed; run: .venv/bin/python -m uv pip install elpv-dataset"
        )
    return Path(found.submodule_search_locations[0]) / "data"


def _cells(folder: Path) -> Iterator[Cell]:
    for line in (folder / "labels.csv").read_text().splitlines():
        name, probability, kind = line.split()
        yield Cell(folder / name, float(probability), kind)


def _verdict(cell: Cell) -> Verdict:
    return "NG" if cell.probability >= DEFECTIVE else "OK"


def _test_paths(cells: list[Cell]) -> set[Path]:
    """Stratified and the same everywhere: no random numbers, only digests of names."""
    strata = defaultdict[tuple[float, str], list[Path]](list)
    for cell in cells:
        strata[cell.probability, cell.kind].append(cell.path)
    return {path for paths in strata.values() for path in _first_quarter(paths)}


def _first_quarter(paths: list[Path]) -> list[Path]:
    ordered = sorted(paths, key=lambda path: hashlib.sha256(path.name.encode()).digest())
    return ordered[: round(len(ordered) / 4)]
