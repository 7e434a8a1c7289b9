"""Labels of patches: from masks, boxes, labels of whole images and OK images together."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin_training.architectures.anomaly.memory import Distances
from kenpin_training.pipeline.truth import Coverage, most_of_region

Labels = NDArray[np.int64]
"""rows × columns: 0 no defect, 1.. the class, UNKNOWN not learnt from"""
UNKNOWN: Final = -1
MOSTLY: Final = 0.25
"""A place that a mask or polygon covers by this share, or by the most in its region, is defect."""
PLACES_OF_IMAGE: Final = 8
"""Places of an image without any mark that count as defect: the farthest from all OK images."""
SHARE_OF_BOX: Final = 0.5
"""Share of the places of a box that count as defect: a box holds background as well."""


class Mark(Struct, frozen=True):
    """A defect on the grid of an image. `coverage` is None where nobody said a place."""

    label: int
    coverage: Coverage | None
    is_exact: bool
    """True for a mask or polygon, False for a box"""


def labels_of(marks: list[Mark], distances: Distances) -> Labels:
    """Return the label of each place of an NG image. `distances`: to a memory of OK images.

    Places beside an exact mark are OK; around and inside a box, and in an image without marks, only what is
    certain is learnt.
    """
    has_place = bool(marks) and all(mark.coverage is not None for mark in marks)
    labels = np.full(distances.shape, 0 if has_place else UNKNOWN)
    for mark in marks:
        if mark.coverage is None:
            _mark_farthest(labels, distances, np.ones(distances.shape, bool), PLACES_OF_IMAGE, mark.label)
            continue
        labels[(mark.coverage > 0) & (labels == 0)] = UNKNOWN
        if mark.is_exact:
            most = np.minimum(MOSTLY, most_of_region(mark.coverage))
            labels[(mark.coverage > 0) & (mark.coverage >= most)] = mark.label
        else:
            inside = mark.coverage > 0
            _mark_farthest(labels, distances, inside, max(1, int(inside.sum() * SHARE_OF_BOX)), mark.label)
    return labels


def _mark_farthest(
    labels: Labels, distances: Distances, among: NDArray[np.bool_], count: int, label: int
) -> None:
    places = np.flatnonzero(among.ravel())
    farthest = places[np.argsort(-distances.ravel()[places], kind="stable")[:count]]
    labels.ravel()[farthest] = label
