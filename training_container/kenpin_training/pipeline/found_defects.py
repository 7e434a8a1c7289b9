"""Marked defects of an image, each with its size in pixels and whether the map finds it."""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from kenpin.application.stored_pictures import PictureOpener
from kenpin.domain.dataset.values import Defect
from kenpin_training.pipeline.pixel_figures import FoundDefect
from kenpin_training.pipeline.regions import AT_LEAST, TOUCHING, DefectMap
from kenpin_training.pipeline.truth import marked_of


def found_defects(
    defects: Sequence[Defect], found: DefectMap, objects: PictureOpener, size: tuple[int, int]
) -> list[FoundDefect]:
    """Return the connected marked regions of a picture of width × height pixels; their size is the longer side.

    A defect is found where the map is high at it or one place beside it. Only those that reach into the region of
    interest count.
    """
    labels, _ = ndimage.label(marked_of(defects, objects, size), TOUCHING)
    near = ndimage.binary_dilation(found.heat >= AT_LEAST, TOUCHING)
    down, across = found.heat.shape[0] / size[1], found.heat.shape[1] / size[0]
    counted = []
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), 1):
        y, x = np.nonzero(labels[rows, columns] == number)
        places = ((y + rows.start) * down).astype(int), ((x + columns.start) * across).astype(int)
        if found.inside is not None and not found.inside[places].any():
            continue
        longer = max(rows.stop - rows.start, columns.stop - columns.start)
        counted.append(FoundDefect(float(longer), bool(near[places].any())))
    return counted
