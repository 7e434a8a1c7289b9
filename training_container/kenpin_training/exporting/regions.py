"""The regions of interest of an exported model, as masks for pictures of the size that each camera makes."""

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kenpin.domain.region_of_interest import RegionOfInterest, region_of, regions_by_camera
from kenpin_inspect.judge import enough
from kenpin_inspect.model_file import ModelFile, RegionMask
from kenpin_training.artifact import ModelArtifact
from kenpin_training.data import TrainingRow
from kenpin_training.pipeline.features import FeatureStore
from kenpin_training.pipeline.model import TrainedModel
from kenpin_training.pipeline.patch_model import PatchModel
from kenpin_training.pipeline.region_mask import box_of, pixels_inside, places_inside


def regions_for(
    artifact: ModelArtifact, described: ModelFile, rows: Sequence[TrainingRow], store: FeatureStore
) -> dict[str, RegionMask]:
    """Return the regions of a model by camera, "" that of the dataset. `rows`: images of its cameras.

    Raises UnreadableImage, PictureNotIntact.
    """
    known = regions_by_camera(artifact.about.regions)
    seen: dict[str | None, list[TrainingRow]] = {camera: [] for camera in known}
    for row in rows:
        if region := region_of(known, row.capture.camera, row.size):
            seen[region.camera].append(row)
    return {
        camera or "": _exported(region, artifact.model, described, seen[camera], store)
        for camera, region in known.items()
    }


def region_in(described: ModelFile, row: TrainingRow) -> RegionMask | None:
    """Return the region of an image by its camera and shape."""
    found = described.regions.get(row.capture.camera or "") or described.regions.get("")
    return found if found and found.fits(*row.size) else None


def _exported(
    region: RegionOfInterest,
    model: TrainedModel,
    described: ModelFile,
    rows: Sequence[TrainingRow],
    store: FeatureStore,
) -> RegionMask:
    """Return the region with a mask of the size that the pictures of most images are decoded in."""
    size = Counter(row.size for row in rows).most_common(1)[0][0] if rows else (region.width, region.height)
    if isinstance(model, PatchModel):
        return RegionMask(size, (0, 0, *size), _png(places_inside(region, *model.plan.scaled(*size))))
    exported = RegionMask(size, box_of(region, *size), "")
    example = next((row.image_id for row in rows if row.size == size), None)
    decoded = store.image(example, enough(described, exported)).size if example else size
    return replace(exported, mask=_png(pixels_inside(region, *decoded)))


def _png(counted: NDArray[np.bool_]) -> str:
    body = BytesIO()
    Image.fromarray(~counted).save(body, "PNG")
    return b64encode(body.getvalue()).decode()
