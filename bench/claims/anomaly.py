"""Anomaly models of OK images with NG among them, beside a plain PatchCore on the same patches."""

import math
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from msgspec import Struct
from PIL import Image
from sklearn.metrics import roc_auc_score

from bench import patchcore
from bench.anomaly_sets import ImageSet, TestedImage, ballscrew, cookies, drawn
from bench.report import Report, Scale, print_progress
from bench.training_world import stored
from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.domain.ids import ImageId
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.values import Evaluation
from kenpin.pictures.limits import Limits
from kenpin.ports import ObjectStore
from kenpin_training.architectures.anomaly.training import train_anomaly
from kenpin_training.data import TrainingData, TrainingRow
from kenpin_training.pipeline.features import FeatureStore, no_progress
from kenpin_training.pipeline.patch_model import plan_of
from kenpin_training.pipeline.patches import ImagePatches, Patches
from kenpin_training.pipeline.pixel_figures import Truth, aupro
from kenpin_training.pipeline.regions import HeatMap
from kenpin_training.pipeline.tiles import TilePlan
from kenpin_training.pipeline.truth import truth_of

SHARES: Final = (0.0, 0.05, 0.2)
"""NG images among those that are learnt from as OK"""
LOSS: Final = 0.01
LOSS_AT: Final = 0.05
NOTES: Final = [
    "ball screw: one place left out and tested, the early photos of the others learnt from; nobody said that a"
    " photo without polygon is free of pitting",
    "cookies and synthetic pictures: each is a group by itself",
    "plain: PatchCore with all patches, exact neighbours, the highest distance as the score, and no robustness",
    "NG images are added to the OK ones; the tested images are the same for all shares",
    "min, median and max are over places left out and over draws of the NG images that are added",
]


class AnomalySizes(Struct, frozen=True):
    """AnomalySizes of a measurement."""

    places: int
    early: int
    """Photos of each place of the ball screw that are learnt from"""
    drawn: tuple[int, int]
    """Synthetic pictures that are learnt from and tested"""
    long_side: int
    seeds: int


SCALES: Final[dict[Scale, AnomalySizes]] = {
    "small": AnomalySizes(2, 6, (24, 16), 320, 1),
    "full": AnomalySizes(6, 15, (40, 40), 512, 3),
}


class PatchesInMemory(FeatureStore):
    """A store that keeps the patches that it was asked for."""

    def __init__(self, objects: ObjectStore, cache: Path) -> None:
        super().__init__(objects, cache, Limits())
        self._kept = dict[ImageId, ImagePatches]()

    def patches(self, image_ids: Sequence[ImageId], plan: TilePlan) -> Iterator[ImagePatches]:
        missing = [id for id in dict.fromkeys(image_ids) if id not in self._kept]
        self._kept |= zip(missing, super().patches(missing, plan), strict=True)
        yield from (self._kept[id] for id in image_ids)


class Silent:
    """Receives the progress of a run and shows none."""

    def progress(self, stage: str, done: int, total: int) -> None: ...

    def evaluated(self, evaluation: Evaluation) -> None: ...

    def epoch(self, epoch: int, epochs: int, metrics: dict[str, float], eta_seconds: float) -> None: ...


class Figures(Struct, frozen=True):
    """Figures of one model on the tested images."""

    auroc: float
    aupro: float


def measure(scale: Scale, report: Report) -> None:
    sizes = SCALES[scale]
    report.notes += NOTES
    report.seeds["draws of NG images"] = 0
    sets = [("cookies", [cookies()]), ("synthetic", [drawn(*sizes.drawn)])]
    sets.append(("ball screw", list(ballscrew(sizes.places, sizes.early))))
    for name, parts in sets:
        runs = [run for part in parts for run in _runs(part, sizes, report)]
        _add(name, runs, report)


def _add(name: str, runs: Sequence[dict[tuple[str, float], Figures]], report: Report) -> None:
    for method in ("kenpin", "plain"):
        for share in SHARES:
            found = [run[method, share] for run in runs]
            about = f"{name}, {method}, {share:.0%} NG"
            report.add(f"{about}, image AUROC", "share", [each.auroc for each in found])
            report.add(f"{about}, AUPRO", "share", [each.aupro for each in found])
    losses = {
        method: float(np.mean([run[method, 0.0].auroc - run[method, LOSS_AT].auroc for run in runs]))
        for method in ("kenpin", "plain")
    }
    report.add(f"{name}, plain, mean loss of AUROC at {LOSS_AT:.0%}", "share", [losses["plain"]])
    report.claim_at_most(f"{name}, mean loss of AUROC at {LOSS_AT:.0%} NG", losses["kenpin"], LOSS)


def _runs(part: ImageSet, sizes: AnomalySizes, report: Report) -> Iterator[dict[tuple[str, float], Figures]]:
    """Yield the figures of each draw of NG images."""
    print_progress(f"{part.name}: {len(part.ok)} OK, {len(part.test)} tested")
    with tempfile.TemporaryDirectory(prefix="kenpin-bench-") as folder:
        bench = _Bench(part, Path(folder), sizes.long_side)
        for seed in range(sizes.seeds):
            yield bench.run(seed)
    report.sizes[part.name] = (
        f"{len(part.ok)} OK, {sum(each.is_ng for each in part.test)} of {len(part.test)} NG"
    )


class _Bench:
    """One set with its patches."""

    def __init__(self, part: ImageSet, folder: Path, long_side: int) -> None:
        objects = MemoryObjectStore()
        self._part, self._store = part, PatchesInMemory(objects, folder)
        self._recipe = Recipe(method="anomaly", long_side=long_side)
        images = [*part.ok, *part.ng, *part.test]
        ids = stored(objects, [image.body for image in images])
        self._ids = dict(zip(map(id, images), ids, strict=True))
        self._tested = self._patches(part.test)
        self._plain = patchcore.nearest(self._tested, self._patches(part.ok))
        self._marked = [
            (place, _truth(image, self._tested[place].shape))
            for place, image in enumerate(part.test)
            if not image.is_ng or image.marked is not None
        ]

    def run(self, seed: int) -> dict[tuple[str, float], Figures]:
        """Return the figures of each method and share; a larger share holds the images of a smaller one."""
        order = np.random.default_rng(seed).permutation(len(self._part.ng))
        plain, mixed, found = self._plain, list[TestedImage](), dict[tuple[str, float], Figures]()
        for share in SHARES:
            count = math.ceil(len(self._part.ok) * share / (1 - share))
            added = [self._part.ng[place] for place in order[len(mixed) : count]]
            mixed += added
            more = patchcore.nearest(self._tested, self._patches(added))
            plain = [np.minimum(one, other) for one, other in zip(plain, more, strict=True)]
            maps = [patchcore.smooth(each) for each in plain]
            found["plain", share] = self._figures([patchcore.score(each) for each in plain], maps)
            found["kenpin", share] = self._kenpin(mixed, seed)
            print_progress(f"{len(mixed)} NG: {found['kenpin', share]}, plain {found['plain', share]}")
        return found

    def _kenpin(self, mixed: Sequence[TestedImage], seed: int) -> Figures:
        rows = [
            TrainingRow(self._ids[id(image)], None, "OK", image.group, "train")
            for image in (*self._part.ok, *mixed)
        ]
        result = train_anomaly(TrainingData(tuple(rows), {}), self._recipe, seed, self._store, Silent())
        tested = [self._ids[id(image)] for image in self._part.test]
        judged = result.model.judge(tested, self._store, no_progress)
        right = {self._ids[id(image)] for image in mixed} & set(result.suspects)
        print_progress(f"{len(result.suspects)} left out, {len(right)} of them NG")
        return self._figures(judged.scores.tolist(), [judged.maps[id].heat for id in tested])

    def _figures(self, scores: Sequence[float], maps: Sequence[HeatMap]) -> Figures:
        ng = [image.is_ng for image in self._part.test]
        truths = [truth for _, truth in self._marked]
        overlap = aupro([maps[place] for place, _ in self._marked], truths)
        assert overlap is not None, f"{self._part.name} has marked defects"
        return Figures(float(roc_auc_score(ng, scores)), overlap)

    def _patches(self, images: Sequence[TestedImage]) -> list[Patches]:
        ids = [self._ids[id(image)] for image in images]
        return [found.values for found in self._store.patches(ids, plan_of(self._recipe))]


def _truth(image: TestedImage, grid: tuple[int, ...]) -> Truth:
    """Return the defects of an image on the grid of its map."""
    if image.marked is None:
        return np.zeros(grid[:2], bool)
    share = Image.fromarray(image.marked.astype(np.float32)).resize((grid[1], grid[0]), Image.Resampling.BOX)
    return truth_of(np.asarray(share))
