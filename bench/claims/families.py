"""The three families on a ball screw, one place left out at a time: image AUROC, AUPRO and recall by size."""

import tempfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from msgspec import Struct
from PIL import Image
from scipy import ndimage
from sklearn.metrics import roc_auc_score

from bench.anomaly_sets import ImageSet, TestedImage, ballscrew
from bench.claims.anomaly import PatchesInMemory, Silent
from bench.region_curve import Box, MappedPicture, threshold_at
from bench.report import Report, Scale, print_progress, stopwatch
from bench.training_world import stored
from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.domain.dataset.values import Defect
from kenpin.domain.ids import ImageId, Verdict
from kenpin.domain.recipe import Method, Recipe
from kenpin.pictures.marks import Marked
from kenpin_training.backbones.efficientnet_lite.variants import EFFICIENTNET_LITE0
from kenpin_training.checkpoint import CheckpointStore
from kenpin_training.data import TrainingData, TrainingRow
from kenpin_training.identity import identity
from kenpin_training.pipeline.features import no_progress
from kenpin_training.pipeline.learning import learn
from kenpin_training.pipeline.model import ImageScores
from kenpin_training.pipeline.network import pinned_network
from kenpin_training.pipeline.pixel_figures import aupro
from kenpin_training.pipeline.regions import AT_LEAST, TOUCHING
from kenpin_training.pipeline.truth import coverage_of, truth_of

METHODS: Final[tuple[Method, ...]] = ("probe", "anomaly", "segmentation")
SIZES: Final = ((4, 16), (16, 32), (32, 64), (64, 128))
"""Longer sides of a defect in pixels, the last excluded"""
FALSE_PER_IMAGE: Final = 1.0
EARLY: Final = 15
"""Photos of each place without polygon that are learnt from as OK"""
SEED: Final = 0
PLACES: Final[dict[Scale, int]] = {"small": 2, "full": 6}
NOTES: Final = [
    "a place of the ball screw is left out and tested: its photos with pitting, and its 20 earliest without polygon",
    f"OK are the {EARLY} earliest photos of each other place; nobody said that they are free of pitting",
    "probe and segmentation learn from all photos with pitting too, segmentation from their polygons; anomaly does not",
    "the probe answers for images alone, without a map",
    "recall at 1 false: share of pittings, of all places together, with a place of the map at or beside them at the"
    " lowest threshold of their place that gives at most one false region an image",
    f"recall at {AT_LEAST:g}: the same at the score from which on a place is part of a region",
]


class FoundPitting(Struct, frozen=True):
    """A pitting: its longer side in pixels, and the thresholds at which it was found."""

    size: int
    at_one_false: bool
    at_half: bool


class PlaceFigures(Struct, frozen=True):
    """Figures of one model on the place that it had not seen."""

    auroc: float
    seconds: float
    aupro: float | None = None
    false_regions: float | None = None
    """Regions an image that touch no pitting, at the score from which on a place is part of a region"""
    pittings: tuple[FoundPitting, ...] = ()


def measure(scale: Scale, report: Report) -> None:
    report.notes += NOTES
    report.seeds["models"] = SEED
    found: dict[Method, list[PlaceFigures]] = {method: [] for method in METHODS}
    with tempfile.TemporaryDirectory(prefix="kenpin-bench-") as folder:
        objects = MemoryObjectStore()
        store = PatchesInMemory(objects, Path(folder))
        for part in ballscrew(PLACES[scale], EARLY):
            ng = sum(image.is_ng for image in part.test)
            report.sizes[part.name] = (
                f"{len(part.ok)} OK, {len(part.ng)} NG, tested {ng} of {len(part.test)} NG"
            )
            left_out = _LeftOut(part, objects, store)
            for method in METHODS:
                found[method].append(left_out.figures(method))
                print_progress(f"{part.name}, {method}: {found[method][-1].auroc:.3f}")
    for method, figures in found.items():
        _add(method, figures, report)


def _add(method: Method, figures: Sequence[PlaceFigures], report: Report) -> None:
    report.add(f"{method}, image AUROC", "share", [each.auroc for each in figures])
    report.add(f"{method}, training and inference", "s", [each.seconds for each in figures])
    overlaps = [each.aupro for each in figures if each.aupro is not None]
    if not overlaps:
        return
    report.add(f"{method}, AUPRO", "share", overlaps)
    false = [each.false_regions for each in figures if each.false_regions is not None]
    report.add(f"{method}, false regions at {AT_LEAST:g}", "an image", false)
    pittings = [pitting for each in figures for pitting in each.pittings]
    for least, beyond in SIZES:
        of_size = [pitting for pitting in pittings if least <= pitting.size < beyond]
        if of_size:
            about = f"{method}, {least} to {beyond} px ({len(of_size)}), recall at"
            report.add(f"{about} 1 false", "share", [float(np.mean([each.at_one_false for each in of_size]))])
            report.add(f"{about} {AT_LEAST:g}", "share", [float(np.mean([each.at_half for each in of_size]))])


class _LeftOut:
    """The photos of one place, and those of the others that models learn from."""

    def __init__(self, part: ImageSet, objects: MemoryObjectStore, store: PatchesInMemory) -> None:
        self._part, self._objects, self._store = part, objects, store
        self._tested = stored(objects, [image.body for image in part.test])
        self._defects = [self._marks(image) for image in part.test]
        learnt = [*part.ok, *part.ng]
        ids = stored(objects, [image.body for image in learnt])
        self._rows = tuple(self._row(id, image) for id, image in zip(ids, learnt, strict=True))

    def figures(self, method: Method) -> PlaceFigures:
        """Train a model of a method on the other places, and measure it on this one."""
        recipe, is_ng = Recipe(method=method), [image.is_ng for image in self._part.test]
        rows = tuple(row for row in self._rows if row.truth == "OK" or method != "anomaly")
        with stopwatch() as clock:
            judged = self._judged(TrainingData(rows, {}), recipe)
        auroc = float(roc_auc_score(is_ng, judged.scores))
        if not judged.maps:
            return PlaceFigures(auroc, clock.seconds)
        pictures = list(self._mapped(judged))
        false = sum(each.false_regions(AT_LEAST) for each in pictures) / len(pictures)
        return PlaceFigures(auroc, clock.seconds, self._aupro(judged), false, tuple(_pittings(pictures)))

    def _judged(self, data: TrainingData, recipe: Recipe) -> ImageScores:
        features = self._store.features(data.image_ids, pinned_network(recipe), no_progress)
        checkpoints = CheckpointStore(self._objects, "run", identity(EFFICIENTNET_LITE0), 0)
        result = learn(data, features, recipe, SEED, self._store, Silent(), checkpoints)
        return result.model.judge(self._tested, self._store, no_progress)

    def _mapped(self, judged: ImageScores) -> Iterator[MappedPicture]:
        for id, image in zip(self._tested, self._part.test, strict=True):
            marked = _marked(image)
            yield MappedPicture(judged.maps[id].heat, marked.shape[::-1], tuple(_boxes(marked)))

    def _aupro(self, judged: ImageScores) -> float | None:
        heats = [judged.maps[id].heat for id in self._tested]
        truths = [
            truth_of(coverage_of(defects, self._objects, _marked(image).shape[::-1], heat.shape))
            for image, defects, heat in zip(self._part.test, self._defects, heats, strict=True)
        ]
        return aupro(heats, truths)

    def _row(self, id: ImageId, image: TestedImage) -> TrainingRow:
        truth: Verdict = "NG" if image.is_ng else "OK"
        size, defects = _marked(image).shape[::-1], self._marks(image)
        return TrainingRow(id, "train", truth, image.group, "train", size=size, defects=defects)

    def _marks(self, image: TestedImage) -> tuple[Defect, ...]:
        if not image.is_ng:
            return ()
        body = BytesIO()
        Image.fromarray(_marked(image)).save(body, "PNG")
        return (Defect("pitting", mask=stored(self._objects, [body.getvalue()])[0]),)


def _marked(image: TestedImage) -> Marked:
    assert image.marked is not None, "every photo of the ball screw says where its pitting is"
    return image.marked


def _boxes(marked: Marked) -> Iterator[Box]:
    for rows, columns in ndimage.find_objects(ndimage.label(marked, TOUCHING)[0]):
        yield columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start


def _pittings(pictures: Sequence[MappedPicture]) -> Iterator[FoundPitting]:
    threshold = threshold_at(pictures, FALSE_PER_IMAGE)
    for picture in pictures:
        found = zip(picture.boxes, picture.found(threshold), picture.found(AT_LEAST), strict=True)
        for box, at_one_false, at_half in found:
            yield FoundPitting(max(box[2:]), at_one_false, at_half)
