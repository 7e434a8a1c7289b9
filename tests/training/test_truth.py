"""Truth on the grid of a map: small and thin defects count beside large ones of the same picture."""

from io import BytesIO

import numpy as np
from PIL import Image

from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.domain.dataset.values import Defect
from kenpin_training.architectures.segmentation.labels import Mark, labels_of
from kenpin_training.pipeline.truth import extent_of, truth_of


def coverage() -> np.ndarray:
    """A large defect with a rim, and a dot that covers a tenth of a place."""
    covered = np.zeros((6, 12), np.float32)
    covered[1:4, 1:4], covered[4, 1:4] = 1.0, 0.3
    covered[2, 9] = 0.1
    return covered


def test_a_small_defect_is_defect_beside_a_large_one() -> None:
    truth = truth_of(coverage())
    assert truth[1:4, 1:4].all() and truth[2, 9]
    assert truth.sum() == 10


def test_a_thin_defect_is_defect_along_its_length() -> None:
    covered = np.zeros((3, 8), np.float32)
    covered[1, 1:7] = (0.12, 0.2, 0.14, 0.2, 0.11, 0.05)
    assert truth_of(covered)[1].tolist() == [False, True, True, True, True, True, False, False]


def test_a_mask_of_several_defects_teaches_the_small_ones_too() -> None:
    labels = labels_of([Mark(1, coverage(), True)], np.zeros((6, 12), np.float32))
    assert labels[2, 9] == 1 and (labels[1:5, 1:4] == 1).all()
    assert (labels == 1).sum() == 13


def test_the_extent_is_the_longer_side_of_the_largest_mark() -> None:
    objects, mask = MemoryObjectStore(), np.zeros((30, 40), np.uint8)
    mask[4, 5:17] = 255
    body = BytesIO()
    Image.fromarray(mask).save(body, "PNG")
    body.seek(0)
    objects.put("images/m", body)
    box, line = Defect("a", box=(1, 2, 3, 9)), Defect("b", polygon=((0, 0), (5, 0), (5, 2)))
    assert extent_of([box, line], objects, (40, 30)) == 9.0
    assert extent_of([line, Defect("c", mask="m")], objects, (40, 30)) == 12.0
    assert extent_of([Defect("no place")], objects, (40, 30)) is None
