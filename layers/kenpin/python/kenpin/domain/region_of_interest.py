"""The region of interest: the part of a camera's pictures that is learnt from and judged."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final

from msgspec import Meta

from kenpin.domain.polygon import Polygons
from kenpin.domain.value import Value

SAME_SHAPE: Final = 0.01
"""Largest relative difference of width to height between pictures that one region is for."""


class RegionOfInterest(Value):
    """The region of one camera of a dataset, or of all cameras that have none of their own.

    A place counts when it lies in an included polygon, or none is included, and in no ignored one.
    """

    width: Annotated[int, Meta(ge=1)]
    height: Annotated[int, Meta(ge=1)]
    """Size of the picture that the corners are pixels of; pictures of another size and the same shape are scaled."""
    include: Polygons = ()
    ignore: Polygons = ()
    camera: Annotated[str, Meta(max_length=64)] | None = None
    """None: every camera without a region of its own."""

    def fits(self, width: int, height: int) -> bool:
        """Return True for pictures of the same shape: of others nobody knows where the part is."""
        ratio = width * self.height / max(height * self.width, 1)
        return abs(ratio - 1) <= SAME_SHAPE


def region_of(
    regions: Mapping[str | None, RegionOfInterest], camera: str | None, size: tuple[int, int]
) -> RegionOfInterest | None:
    """Return the region of a picture by its camera, else that of the dataset; None where none fits its size."""
    region = regions.get(camera) or regions.get(None)
    return region if region and region.fits(*size) else None


def regions_by_camera(regions: Iterable[RegionOfInterest]) -> dict[str | None, RegionOfInterest]:
    return {region.camera: region for region in regions}
