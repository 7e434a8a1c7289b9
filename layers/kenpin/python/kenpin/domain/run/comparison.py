"""Comparison of two runs on the images that both were measured by: old and new model on old and new labels."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from msgspec import Struct
from pydantic import BaseModel

from kenpin.domain.ids import ImageId
from kenpin.domain.run.paired_difference import PairedDifference, paired_difference

Side = Literal["old", "new"]
SIDES: Final[tuple[Side, Side]] = ("old", "new")
ImageChange = Literal["fixed", "broken", "relabelled"]
"""fixed, broken: a mistake, by the new labels, of the old model alone or of the new alone; relabelled: the labels
differ."""
Figure = Literal["escapes", "overkills", "escape_rate", "overkill_rate", "auroc"]
FIGURES: Final[tuple[Figure, ...]] = ("escapes", "overkills", "escape_rate", "overkill_rate", "auroc")


class MeasuredPair(Struct, frozen=True):
    """An image that both runs were measured by: scores, verdicts of the models, and labels then and now."""

    image_id: ImageId
    group: str
    old_score: float
    new_score: float
    old_judged_ng: bool
    new_judged_ng: bool
    old_ng: bool
    """Its label in the dataset version of the old run is NG."""
    new_ng: bool

    @property
    def mistake(self) -> int:
        """+1: a mistake, by the new labels, of the new model alone; -1: of the old alone; 0: else."""
        return (self.new_judged_ng != self.new_ng) - (self.old_judged_ng != self.new_ng)

    def has(self, change: ImageChange) -> bool:
        if change == "relabelled":
            return self.old_ng != self.new_ng
        return self.mistake == (1 if change == "broken" else -1)


class ComparedFigures(BaseModel, frozen=True):
    """Figures of one model by the labels of one version."""

    model: Side
    labels: Side
    ng: int
    ok: int
    escapes: int
    overkills: int
    escape_rate: float | None = None
    overkill_rate: float | None = None
    auroc: float | None = None


class FigureChange(BaseModel, frozen=True):
    """The change of a figure, in two parts that add up to it.

    by_model is the mean of its changes from the old to the new model by the old and by the new labels; by_labels is
    the mean of its changes from the old to the new labels with the old and with the new model.
    """

    figure: Figure
    total: float
    by_model: float
    by_labels: float


class Comparison(BaseModel, frozen=True):
    """Two runs on the same images."""

    images: int
    old_only: int
    """Images that only the old run was measured by"""
    new_only: int
    relabelled: int
    """Images whose label differs"""
    cells: tuple[ComparedFigures, ...]
    """Old model by old and by new labels, then the new model"""
    changes: tuple[FigureChange, ...]
    """Without the figures that one of the cells lacks"""
    escapes: PairedDifference
    """Escapes of the new model beside the old, by the new labels"""
    overkills: PairedDifference


def compare(images: Sequence[MeasuredPair], *, old_only: int, new_only: int) -> Comparison:
    cells = tuple(_figures(images, model, labels) for model in SIDES for labels in SIDES)
    changes = (_change(figure, cells) for figure in FIGURES)
    return Comparison(
        images=len(images),
        old_only=old_only,
        new_only=new_only,
        relabelled=sum(image.has("relabelled") for image in images),
        cells=cells,
        changes=tuple(change for change in changes if change is not None),
        escapes=_paired(image for image in images if image.new_ng),
        overkills=_paired(image for image in images if not image.new_ng),
    )


def _figures(images: Sequence[MeasuredPair], model: Side, labels: Side) -> ComparedFigures:
    judged = [image.old_judged_ng if model == "old" else image.new_judged_ng for image in images]
    ng = [image.old_ng if labels == "old" else image.new_ng for image in images]
    scores = [image.old_score if model == "old" else image.new_score for image in images]
    count_ng = sum(ng)
    count_ok = len(ng) - count_ng
    escapes = sum(is_ng and not seen for is_ng, seen in zip(ng, judged, strict=True))
    overkills = sum(seen and not is_ng for is_ng, seen in zip(ng, judged, strict=True))
    return ComparedFigures(
        model=model,
        labels=labels,
        ng=count_ng,
        ok=count_ok,
        escapes=escapes,
        overkills=overkills,
        escape_rate=escapes / count_ng if count_ng else None,
        overkill_rate=overkills / count_ok if count_ok else None,
        auroc=auroc(scores, ng),
    )


def auroc(scores: Sequence[float], ng: Sequence[bool]) -> float | None:
    """Return the share of pairs of NG and OK in which NG scores higher, ties as half; None with one verdict only."""
    by_score: dict[float, list[int]] = {}
    for score, is_ng in zip(scores, ng, strict=True):
        by_score.setdefault(score, [0, 0])[is_ng] += 1
    pairs, ok_below = 0.0, 0
    for score in sorted(by_score):
        count_ok, count_ng = by_score[score]
        pairs += count_ng * (ok_below + count_ok / 2)
        ok_below += count_ok
    all_pairs = sum(ng) * ok_below
    return pairs / all_pairs if all_pairs else None


def _change(figure: Figure, cells: Sequence[ComparedFigures]) -> FigureChange | None:
    values = [getattr(cell, figure) for cell in cells]
    if None in values:
        return None
    old_old, old_new, new_old, new_new = values
    return FigureChange(
        figure=figure,
        total=new_new - old_old,
        by_model=(new_old - old_old + new_new - old_new) / 2,
        by_labels=(old_new - old_old + new_new - new_old) / 2,
    )


def _paired(images: Iterable[MeasuredPair]) -> PairedDifference:
    changes: dict[str, list[int]] = {}
    for image in images:
        changes.setdefault(image.group, []).append(image.mistake)
    return paired_difference(changes)
