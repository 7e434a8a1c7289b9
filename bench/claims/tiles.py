"""The probe on tiles beside the probe on the whole picture: AUROC of unseen scores, and seconds."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec.structs import replace
from sklearn.metrics import roc_auc_score

from bench.claims.anomaly import Silent
from bench.drawn_defects import draw
from bench.labelled_sets import BALLSCREW
from bench.report import Report, Scale, print_progress, stopwatch
from bench.training_world import MemoryDataset, memory_platform, stored
from host.sample import photos
from kenpin.domain.dataset.commands import Judgement
from kenpin.domain.dataset.values import Defect
from kenpin.domain.recipe import Recipe
from kenpin_training.data import TrainingData, data_now
from kenpin_training.pipeline import probe
from kenpin_training.pipeline.features import FeatureStore, no_progress
from kenpin_training.pipeline.folds import folds
from kenpin_training.pipeline.network import pinned_network
from kenpin_training.pipeline.tiled_probe import train_on_tiles
from kenpin_training.suggest import features_in

SEEDS: Final = 3
RECIPE: Final = Recipe(tiles_along=2)
PICTURES: Final = 120
SIZE: Final = (800, 600)
DEFECTS: Final = 2
NOTES: Final = [
    "AUROC of scores by probes that were fitted on other groups, five folds, parted anew with each seed",
    f"drawn: {PICTURES} pictures of {SIZE[0]} × {SIZE[1]} px, a third NG with {DEFECTS} defects of 4 to 64 px",
    "seconds: features of all images, with reading them, and the fits of all seeds",
]


def measure(scale: Scale, report: Report) -> None:
    """Both scales are the same."""
    report.notes += NOTES
    report.seeds |= {f"seed {seed}": seed for seed in range(SEEDS)}
    for name in ("drawn", "ball screw"):
        with tempfile.TemporaryDirectory() as folder:
            platform = memory_platform(Path(folder))
            dataset = MemoryDataset(platform)
            fill = _draw if name == "drawn" else _ballscrew
            for body, judged, part in fill():
                _add(dataset, body, judged, part)
            data = data_now(platform.events, platform.objects, "photos")
            report.sizes |= {f"{name}, images": len(data.rows), f"{name}, NG": int(data.ng.sum())}
            _measure(name, data, features_in(platform, {}), report)


def _measure(name: str, data: TrainingData, store: FeatureStore, report: Report) -> None:
    print_progress(f"{name}, whole")
    network = pinned_network(RECIPE)
    store.features(data.image_ids[:1], network, no_progress)
    with stopwatch() as clock:
        features = store.features(data.image_ids, network, no_progress)
        found = [_whole(data, features, seed) for seed in range(SEEDS)]
    report.add(f"{name}, whole", "s", [clock.seconds])
    report.add(f"{name}, whole", "AUROC", found)
    unmarked = TrainingData(tuple(replace(row, defects=()) for row in data.rows), {})
    print_progress(f"{name}, tiles")
    with stopwatch() as clock:
        found = [_tiles(unmarked, store, seed) for seed in range(SEEDS)]
    report.add(f"{name}, tiles", "s", [clock.seconds])
    report.add(f"{name}, tiles", "AUROC", found)
    if any(row.defects for row in data.rows):
        report.add(f"{name}, tiles with marks", "AUROC", [_tiles(data, store, seed) for seed in range(SEEDS)])


def _whole(data: TrainingData, features: probe.Features, seed: int) -> float:
    parted = folds(data.ng, data.groups, seed)
    scores = probe.out_of_fold(features, data.ng, RECIPE.c, parted.masks)
    return float(roc_auc_score(data.ng, scores))


def _tiles(data: TrainingData, store: FeatureStore, seed: int) -> float:
    return float(roc_auc_score(data.ng, train_on_tiles(data, RECIPE, seed, store, Silent()).unseen))


Picture = tuple[bytes, tuple[tuple[str, bytes], ...] | bool, str | None]
"""Its file; the class and the mask of each kind of defect, or True for an NG picture without marks; its part"""


def _add(
    dataset: MemoryDataset, body: bytes, judged: tuple[tuple[str, bytes], ...] | bool, part: str | None
) -> None:
    [image_id] = dataset.add([body], part)
    marks = judged if isinstance(judged, tuple) else ()
    masks = stored(dataset.platform.objects, [mask for _, mask in marks])
    defects = tuple(Defect(kind, mask=mask) for (kind, _), mask in zip(marks, masks, strict=True))
    dataset.submit([Judgement(image_id=image_id, verdict="NG" if judged else "OK", defects=defects)])


def _draw() -> Iterator[Picture]:
    backgrounds = sorted(photos.FOLDER.rglob("*.jpg"))
    for seed in range(PICTURES):
        drawn = draw(seed, SIZE, backgrounds, DEFECTS if seed // 4 % 3 == 0 else 0)
        kinds = {defect.kind for defect in drawn.defects}
        yield drawn.picture, tuple((kind, drawn.masks[kind]) for kind in sorted(kinds)), None


def _ballscrew() -> Iterator[Picture]:
    """Yield each photo, of the place that it shows; one with drawn pitting is NG."""
    labels = {path.stem for path in BALLSCREW.rglob("*.json")}
    for path in sorted(BALLSCREW.rglob("*.jpg")):
        yield path.read_bytes(), path.stem in labels, path.stem.split("_", 2)[2].split("_crop")[0]
