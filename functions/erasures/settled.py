"""Whether rows say all that had happened to images when it was asked."""

import time
from typing import Final

from kenpin.bootstrap import platform
from kenpin.read_models.catalogue import wait_for

READ: Final = ("datasets", "gallery")
PATIENCE_S: Final = 10.0


def rows_are_up_to_date() -> bool:
    """Waits for the rows of every dataset to reach the head that it has now.

    A stream that is parked may hold any image: then nothing is deleted before somebody has looked at it.
    """
    until = time.monotonic() + PATIENCE_S
    return all(
        wait_for(
            platform().database,
            READ,
            head.stream,
            head.version,
            patience_s=max(0.0, until - time.monotonic()),
        )
        for head in list(platform().events.heads("dataset-"))
    )
