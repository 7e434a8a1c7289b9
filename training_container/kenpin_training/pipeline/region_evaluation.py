"""Evaluation of maps: figures of pixels and regions, beside those of images."""

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec.structs import replace

from kenpin.application.stored_pictures import PictureOpener
from kenpin.domain.ids import ImageId
from kenpin.domain.run.values import Evaluation
from kenpin_training.data import TrainingRow
from kenpin_training.pipeline.pixel_figures import Truth, aupimo, aupro, iou, pixel_auroc, region_figures
from kenpin_training.pipeline.region_mask import Inside
from kenpin_training.pipeline.regions import AT_LEAST, DefectMap
from kenpin_training.pipeline.truth import coverage_of, truth_of


def with_regions(
    evaluation: Evaluation,
    rows: Sequence[TrainingRow],
    maps: Mapping[ImageId, DefectMap],
    objects: PictureOpener,
) -> Evaluation:
    """Return the evaluation with the figures of the images that have a map, where defects are marked on some.

    NG images without a marked defect are left out: their truth is not known by place. Only places inside the region
    of interest count.
    """
    counted = [row for row in rows if row.image_id in maps and is_counted(row)]
    if not any(row.truth == "NG" for row in counted):
        return evaluation
    heats = [maps[row.image_id].heat for row in counted]
    inside = [_inside(maps[row.image_id]) for row in counted]
    truths = [_truth(row, maps[row.image_id], objects) for row in counted]
    steps = [max(row.size) / max(heat.shape) for row, heat in zip(counted, heats, strict=True)]
    regions = region_figures(heats, truths, AT_LEAST, steps)
    return replace(
        evaluation,
        mapped_images=len(counted),
        pixel_auroc=pixel_auroc(heats, truths, inside),
        aupro=aupro(heats, truths, inside=inside),
        aupimo=aupimo(
            [heat[counts] for heat, counts in zip(heats, inside, strict=True)],
            [truth[counts] for truth, counts in zip(truths, inside, strict=True)],
        ),
        iou=iou(heats, truths, AT_LEAST),
        defects=len(regions.defects),
        region_recall=regions.recall(),
        false_regions=regions.false_regions,
    )


def false_regions(row: TrainingRow, found: DefectMap, objects: PictureOpener) -> int:
    """Return the number of regions that the map finds where no defect is."""
    return region_figures([found.heat], [_truth(row, found, objects)], AT_LEAST, [1.0]).false_regions


def is_counted(row: TrainingRow) -> bool:
    """Return whether the truth of the image is known by place."""
    return row.truth == "OK" or is_marked(row)


def _truth(row: TrainingRow, found: DefectMap, objects: PictureOpener) -> Truth:
    shape = found.heat.shape[0], found.heat.shape[1]
    return truth_of(coverage_of(row.defects, objects, row.size, shape)) & _inside(found)


def _inside(found: DefectMap) -> Inside:
    return np.ones(found.heat.shape, bool) if found.inside is None else found.inside


def is_marked(row: TrainingRow) -> bool:
    """Return whether people said the place of every defect of the image, and it has one."""
    return bool(row.defects) and all(each.mask or each.polygon or each.box for each in row.defects)
