"""What follows an anchor: its copy in the mirror. An anchor counts without it."""

from functions.runtime.telemetry import logger
from kenpin.application.anchors import copy_to_mirror
from kenpin.bootstrap import platform


def follow_up() -> list[Exception]:
    """Copy anchors and keys to the mirror, where one is set. Return what failed, which is logged too."""
    try:
        if mirror := platform().anchor_mirror():
            copy_to_mirror(platform().anchor_records, mirror)
    except Exception as error:  # of a disk, a network or AWS: the anchor is taken
        logger.exception("the anchors were not copied to the mirror")
        return [error]
    return []
