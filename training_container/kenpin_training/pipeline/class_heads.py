"""Heads of defect classes beside NG: one logistic regression for each class, on the features of the NG probe."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin.domain.dataset.eligibility import is_class_learnt
from kenpin_training.data import TrainingRow
from kenpin_training.pipeline.calibration import Calibration, calibrate
from kenpin_training.pipeline.folds import Fold
from kenpin_training.pipeline.model import ClassScores, Tensors
from kenpin_training.pipeline.probe import Features, Probe, Scores, fit

Flags = NDArray[np.bool_]


class ClassHeads(Struct, frozen=True):
    """A probe for each class that enough images have; an image may show several classes, or none."""

    classes: tuple[str, ...] = ()
    probes: tuple[Probe, ...] = ()

    def scores(self, features: Features) -> ClassScores:
        columns = [probe.scores(features) for probe in self.probes]
        return np.stack(columns, axis=1) if columns else np.empty((len(features), 0))

    def tensors(self) -> dict[str, NDArray[np.float64]]:
        if not self.probes:
            return {}
        weights = np.stack([probe.weight for probe in self.probes])
        return {"classes/weight": weights, "classes/bias": np.array([probe.bias for probe in self.probes])}


class FittedHeads(Struct, frozen=True):
    """Heads, and the scores of images by heads that had not seen them: images × classes, NaN where there is none."""

    heads: ClassHeads
    unseen: ClassScores


def heads_of(tensors: Tensors, classes: Sequence[str]) -> ClassHeads:
    """Return the heads of a model's tensors."""
    if not classes:
        return ClassHeads()
    weights = np.asarray(tensors["classes/weight"], np.float64)
    probes = (
        Probe(weight, float(bias)) for weight, bias in zip(weights, tensors["classes/bias"], strict=True)
    )
    return ClassHeads(tuple(classes), tuple(probes))


def learnt_classes(rows: Sequence[TrainingRow]) -> list[str]:
    """Return the classes that enough of these images have, in the order of their names."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        for name in row.classes:
            groups.setdefault(name, []).append(row.group)
    return sorted(name for name, of in groups.items() if is_class_learnt(len(of), len(set(of))))


def fit_heads(
    features: Features, rows: Sequence[TrainingRow], c: float, folds: Sequence[Fold]
) -> FittedHeads:
    """Fit the heads to images of the training part. `c`, and the weight of a rare class: as of the NG probe.

    NG images without a class may show any: no head learns from them. Scores are calibrated as the threshold is, by
    scores of heads that had not seen the image.
    """
    is_known = np.array([row.truth != "NG" or bool(row.classes) for row in rows])
    names, probes, columns = learnt_classes(rows), list[Probe](), list[Scores]()
    for name in names:
        has = np.array([name in row.classes for row in rows])
        raw = _out_of_fold(features, has, is_known, c, folds)
        told = is_known & ~np.isnan(raw)
        calibration = calibrate(raw[told], has[told], np.ones(int(told.sum())))
        probes.append(_calibrated(fit(features[is_known], has[is_known], c), calibration))
        columns.append(calibration.probabilities(raw))
    unseen = np.stack(columns, axis=1) if columns else np.empty((len(rows), 0))
    return FittedHeads(ClassHeads(tuple(names), tuple(probes)), unseen)


def _out_of_fold(features: Features, has: Flags, is_known: Flags, c: float, folds: Sequence[Fold]) -> Scores:
    """Return NaN for the images of a fold outside of which no image has the class, and for those of no fold."""
    scores = np.full(has.size, np.nan)
    for fold in folds:
        learnt = is_known & ~fold
        if has[learnt].any():
            scores[fold] = fit(features[learnt], has[learnt], c).scores(features[fold])
    return scores


def _calibrated(probe: Probe, calibration: Calibration) -> Probe:
    slope, intercept = float(calibration.slope), float(calibration.intercept)
    return Probe(slope * probe.weight, slope * probe.bias + intercept)
