"""The space of the disk that one machine keeps its data on, and when it is too little."""

from typing import Final, Literal

from msgspec import Struct

RESERVED_BYTES: Final = 256 * 1024**2
"""Space that uploads leave free for events, so that judgements can go on."""
LOW_SHARE: Final = 0.05
LOW_BYTES: Final = 2 * 1024**3
"""Space is low below LOW_SHARE of the disk, and on a small disk below LOW_BYTES."""


class DiskSpace(Struct, frozen=True):
    """The free and the total space of a disk."""

    free_bytes: int
    total_bytes: int

    @property
    def state(self) -> Literal["enough", "low", "full"]:
        if not self.has_room_for(0):
            return "full"
        is_low = self.free_bytes < max(self.total_bytes * LOW_SHARE, LOW_BYTES)
        return "low" if is_low else "enough"

    def has_room_for(self, upload_bytes: int) -> bool:
        return self.free_bytes - upload_bytes >= RESERVED_BYTES
