"""Regions of interest on the command line: reading polygons from files and boxes, and a table of those that stand."""

import json
from collections.abc import Sequence
from pathlib import Path

from functions.api.datasets.answers import DatasetRegion
from host.cli.failures import Refused
from host.cli.output import table

Corners = list[list[float]]


def polygons_of(file: Path | None, boxes: Sequence[str]) -> list[Corners]:
    """Return the polygons of a JSON file, [[[x, y], …], …], and those of boxes X,Y,W,H. Raises Refused."""
    return [*([] if file is None else _read(file)), *(_corners(box) for box in boxes)]


def size_of(size: str) -> tuple[int, int]:
    """Return width and height of "W,H". Raises Refused."""
    parts = size.split(",")
    if len(parts) != 2 or not all(part.strip().isdigit() for part in parts):
        raise Refused(f"--size '{size}' is no width and height; write it as 4096,3072")
    return int(parts[0]), int(parts[1])


def print_regions(regions: Sequence[DatasetRegion]) -> None:
    columns = ("camera", "of a picture of", "included", "ignored", "set by", "at")
    rows = (
        (r.camera or "(any other)", f"{r.width} × {r.height}", len(r.include), len(r.ignore), r.by, r.at)
        for r in regions
    )
    table(*columns, rows=rows)


def _read(file: Path) -> list[Corners]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except OSError as reason:
        raise Refused(f"{file} cannot be read: {reason.strerror}") from None
    except ValueError:
        raise Refused(f"{file} is no JSON; write a list of polygons, [[[x, y], …], …]") from None
    if not isinstance(found, list):
        raise Refused(f"{file} holds no list of polygons; write [[[x, y], …], …]")
    return found


def _corners(box: str) -> Corners:
    try:
        x, y, width, height = (float(part) for part in box.split(","))
    except ValueError:
        raise Refused(f"box {box} is not of four numbers; write X,Y,WIDTH,HEIGHT") from None
    return [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
