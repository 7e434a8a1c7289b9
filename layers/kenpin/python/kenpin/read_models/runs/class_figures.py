"""Figures of defect classes of a run: recall, precision and ranking of each, and which is taken for which."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kenpin.domain.dataset.eligibility import is_class_learnt
from kenpin.domain.error_rates import upper_bound
from kenpin.ports import ObjectStore
from kenpin.read_models.runs.class_scores import LIKELY
from kenpin.read_models.runs.curve import sweep
from kenpin.read_models.runs.predictions import read
from kenpin.read_models.runs.scored_images import ScoredImages
from kenpin.read_models.runs.slices import FEW, NO_COSTS

MOST_CELLS: Final = 400


class ClassFigures(Struct, frozen=True):
    """The figures of a class. Bounds are the lowest true rates, one-sided at 95 %."""

    class_id: str
    images: int
    """Images that people say show the class"""
    found: int
    """Images of these whose score of the class is likely"""
    named: int
    """All images whose score of the class is likely"""
    recall: float | None
    recall_bound: float | None
    precision: float | None
    precision_bound: float | None
    auroc: float | None
    few: bool


class UnlearntClass(Struct, frozen=True):
    """A class that too few NG images, or images of one group alone, show in the training part."""

    class_id: str
    images: int
    groups: int


class ConfusionCell(Struct, frozen=True):
    """Images of a class that the model takes for one. `class_id` None: OK, or NG without a class."""

    class_id: str | None
    predicted: str | None
    """The likeliest class; None where none is likely"""
    images: int


def class_figures(images: ScoredImages) -> list[ClassFigures]:
    """Return the figures of each class that the model scores. NG images without a class may show any: none counts.

    `images`: of `scored_images`, once each.
    """
    rows = images.table.select(["is_ng", "classes", "class_scores"]).to_pylist()
    told = [row for row in rows if row["classes"] or not row["is_ng"]]
    marked, scores = [row["classes"] for row in told], [row["class_scores"] for row in told]
    return [
        _figures(
            name,
            [name in (of or ()) for of in marked],
            [row[place] if row else None for row in scores],
        )
        for place, name in enumerate(images.classes or ())
    ]


def _figures(name: str, shown: list[bool], scores: list[float | None]) -> ClassFigures:
    import pyarrow as pa

    told = [(has, score) for has, score in zip(shown, scores, strict=True) if score is not None]
    count = sum(has for has, _ in told)
    named = sum(score >= LIKELY for _, score in told)
    found = sum(has and score >= LIKELY for has, score in told)
    flags, values = [has for has, _ in told], [score for _, score in told]
    table = pa.table({"score": pa.array(values, pa.float64()), "is_ng": pa.array(flags, pa.bool_())})
    return ClassFigures(
        name,
        count,
        found,
        named,
        *_rate(found, count),
        *_rate(found, named),
        sweep(table, NO_COSTS).auroc(),
        count < FEW,
    )


def _rate(hits: int, trials: int) -> tuple[float | None, float | None]:
    bound = upper_bound(trials - hits, trials)
    return (hits / trials, 1 - bound) if trials and bound is not None else (None, None)


def unlearnt_classes(objects: ObjectStore, predictions: str) -> list[UnlearntClass]:
    """Return the classes that the run learnt no head for, with the counts that were too few."""
    table = read(objects, predictions, ("use", "truth", "classes", "group"))
    if "use" not in table.column_names:
        return []
    groups: dict[str, list[str]] = {}
    for row in table.to_pylist():
        if (row["use"], row["truth"]) == ("train", "NG"):
            for name in row["classes"] or ():
                groups.setdefault(name, []).append(row["group"])
    counts = [UnlearntClass(name, len(of), len(set(of))) for name, of in sorted(groups.items())]
    return [each for each in counts if not is_class_learnt(each.images, each.groups)]


def confusion(images: ScoredImages) -> list[ConfusionCell]:
    """Count images by their class and the likeliest; an image of several classes counts for each.

    `images`: of `scored_images` by class and predicted. Most images first.
    """
    counted = images.table.group_by(["class", "predicted"]).aggregate([([], "count_all")])
    cells = [
        ConfusionCell(row["class"], row["predicted"], row["count_all"])
        for row in counted.to_pylist()
        if row["class"] or row["predicted"]
    ]
    return sorted(cells, key=lambda each: (-each.images, each.class_id or "", each.predicted or ""))[
        :MOST_CELLS
    ]
