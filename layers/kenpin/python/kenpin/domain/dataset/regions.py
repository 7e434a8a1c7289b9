"""Rules of the regions of interest: one of each camera, which the next takes the place of."""

from collections.abc import Mapping

from kenpin.domain.dataset.commands import SetRegionOfInterest
from kenpin.domain.dataset.events import DatasetEvent, RegionOfInterestSet
from kenpin.domain.dataset.state import DatasetState
from kenpin.domain.region_of_interest import RegionOfInterest


def set_region(state: DatasetState, command: SetRegionOfInterest) -> list[DatasetEvent]:
    """Set or remove a region; the same one again changes nothing."""
    event = RegionOfInterestSet(**dict(command))
    return [] if event.region() == state.regions.get(command.camera) else [event]


def regions_in_order(regions: Mapping[str | None, RegionOfInterest]) -> tuple[RegionOfInterest, ...]:
    """Return the regions in the order of their cameras, that of the whole dataset first."""
    return tuple(sorted(regions.values(), key=lambda each: each.camera or ""))
