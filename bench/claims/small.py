"""Small defects in large pictures: recall by size, minutes of training, images a second and memory, by family."""

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from msgspec import Struct
from PIL import Image

from bench.child import Child, run_child
from bench.drawn_defects import BINS, SyntheticDefect, draw
from bench.region_curve import MappedPicture, threshold_at
from bench.report import Report, Scale, print_progress
from bench.small_side import FilePicture, pictures_in
from kenpin.domain.recipe import Method
from kenpin_training.pipeline.regions import AT_LEAST

PHOTOS: Final = sorted(Path("host/sample/cookies/training-images").glob("normal-*.jpg"))
FALSE_PER_IMAGE: Final = 1.0
DEFECTS: Final = 12
"""Of a picture that has any"""
CLAIMED_FROM: Final = 10
"""Pixels"""
RECALL: Final = 0.9
MINUTES: Final = 10
IMAGES_S: Final = 0.5
MEMORY_MB: Final = 2048
METHODS: Final[tuple[Method, ...]] = ("segmentation", "anomaly")
NOTES: Final = [
    "surfaces in turn: brushed metal, noise, gradient, enlarged crop of a cookie photo; JPEG of quality 95",
    "a picture with defects has twelve: scratch, dot and stain of 4 to 8, 8 to 16, 16 to 32 and 32 to 64 px",
    "segmentation learns from as many OK pictures as NG ones, with a mask of each kind; anomaly from OK ones only",
    "training is the whole job of a run; its process and that of inference are new ones",
    "recall: share of defects with a place of the map at or beside them at the lowest threshold that gives at most"
    " one false region an image",
]


class Sizes(Struct, frozen=True):
    """Sizes of a measurement."""

    size: tuple[int, int]
    train: int
    test: int
    long_sides: dict[Method, int]
    """0: pictures stay as they are. The memory of anomaly takes longer to search."""


SCALES: Final[dict[Scale, Sizes]] = {
    "small": Sizes((2048, 1536), 12, 8, {"segmentation": 0, "anomaly": 0}),
    "full": Sizes((4096, 3072), 40, 16, {"segmentation": 3072, "anomaly": 2048}),
}


def measure(scale: Scale, report: Report) -> None:
    sizes = SCALES[scale]
    report.notes += NOTES
    report.sizes |= {"width": sizes.size[0], "train": sizes.train, "test": sizes.test}
    report.seeds["pictures"] = 0
    for method in METHODS:
        with tempfile.TemporaryDirectory(prefix="kenpin-bench-") as folder:
            print_progress(f"drawing {sizes.train + sizes.test} pictures for {method}")
            _write(Path(folder), "train", sizes.train, sizes.size, 0, has_ng=method == "segmentation")
            _write(Path(folder), "test", sizes.test, sizes.size, 1_000, has_ng=True)
            _measure_model(Path(folder), method, sizes.long_sides[method], report)


def _write(folder: Path, part: str, count: int, size: tuple[int, int], seed: int, *, has_ng: bool) -> None:
    """Draw pictures; every second has defects if any has. Four follow each other with the four surfaces."""
    listed = []
    for number in range(count):
        drawn = draw(seed + number, size, PHOTOS, DEFECTS if has_ng and number // 4 % 2 == 0 else 0)
        name, masks = f"{part}{number}.jpg", dict[str, str]()
        (folder / name).write_bytes(drawn.picture)
        for kind, mask in drawn.masks.items():
            masks[kind] = f"{part}{number}-{kind}.png"
            (folder / masks[kind]).write_bytes(mask)
        listed.append(FilePicture(name, masks, drawn.defects))
    (folder / f"{part}.json").write_bytes(msgspec.json.encode(listed))


def _measure_model(folder: Path, method: Method, long_side: int, report: Report) -> None:
    name = f"{method} at {long_side or 'full size'}"
    trained, judged = (_child(step, folder, method, long_side) for step in ("train", "judge"))
    pictures = pictures_in(folder, "test")
    minutes = json.loads(trained.output)["seconds"] / 60
    rate = len(pictures) / json.loads(judged.output)["seconds"]
    report.add(f"{name}, training", "minutes", [minutes])
    report.add(f"{name}, training, peak memory", "MB", [trained.peak_mb])
    report.add(f"{name}, inference", "images/s", [rate])
    report.add(f"{name}, inference, peak memory", "MB", [judged.peak_mb])
    recall = _add_recall(name, folder, pictures, report)
    report.claim_at_least(f"{name}, recall from {CLAIMED_FROM} px", recall, RECALL)
    report.claim_at_most(f"{name}, training, minutes", minutes, MINUTES)
    report.claim_at_least(f"{name}, inference, images/s", rate, IMAGES_S)
    report.claim_at_most(f"{name}, memory, MB", max(trained.peak_mb, judged.peak_mb), MEMORY_MB)


def _child(step: str, folder: Path, method: Method, long_side: int) -> Child:
    print_progress(f"{step} {method} {long_side}")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "bench.small_side",
        step,
        folder,
        method,
        str(long_side),
    ]
    child = run_child(command, dict(os.environ))
    print_progress(
        f"{child.seconds:.0f} s, {child.cpu_seconds:.0f} s of processor time, {child.peak_mb:.0f} MB"
    )
    return child


def _add_recall(name: str, folder: Path, pictures: Sequence[FilePicture], report: Report) -> float:
    """Add recall by size and kind; return that of the claimed sizes."""
    with np.load(folder / "maps.npz") as maps:
        heats = [maps[key] for key in maps.files]
    mapped = [
        MappedPicture(heat, _size(folder, picture), tuple(defect.box for defect in picture.defects))
        for heat, picture in zip(heats, pictures, strict=True)
    ]
    defects = [defect for picture in pictures for defect in picture.defects]
    threshold = threshold_at(mapped, FALSE_PER_IMAGE)
    found = [is_found for each in mapped for is_found in each.found(threshold)]
    for least, beyond in BINS:
        report.add(
            f"{name}, recall, {least} to {beyond} px", "share", [_share(defects, found, least, beyond)]
        )
    for kind in ("scratch", "dot", "stain"):
        of_kind = [
            f for d, f in zip(defects, found, strict=True) if d.kind == kind and d.size >= CLAIMED_FROM
        ]
        report.add(f"{name}, recall, {kind} from {CLAIMED_FROM} px", "share", [float(np.mean(of_kind))])
    _add_own_threshold(name, mapped, defects, report)
    return _share(defects, found, CLAIMED_FROM, 1_000)


def _add_own_threshold(
    name: str, mapped: Sequence[MappedPicture], defects: Sequence[SyntheticDefect], report: Report
) -> None:
    """Add what people are shown: regions from a score of 0.5 on."""
    found = [is_found for each in mapped for is_found in each.found(AT_LEAST)]
    shown = f"{name}, regions from 0.5 on"
    report.add(
        f"{shown}, recall from {CLAIMED_FROM} px", "share", [_share(defects, found, CLAIMED_FROM, 1_000)]
    )
    false = [float(each.false_regions(AT_LEAST)) for each in mapped]
    report.add(f"{shown}, false an image", "regions", [float(np.mean(false))])


def _share(defects: Sequence[SyntheticDefect], found: Sequence[bool], least: int, beyond: int) -> float:
    counted = [
        is_found for defect, is_found in zip(defects, found, strict=True) if least <= defect.size < beyond
    ]
    return float(np.mean(counted))


def _size(folder: Path, picture: FilePicture) -> tuple[int, int]:
    with Image.open(folder / picture.file) as image:
        return image.size
