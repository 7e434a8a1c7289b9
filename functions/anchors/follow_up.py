"""The time stamp of an anchor and its copy in the mirror, made after it. An anchor counts without them."""

from functions.runtime.telemetry import logger
from kenpin.application.anchors import copy_to_mirror, stamp_newest
from kenpin.bootstrap import platform


def follow_up() -> list[Exception]:
    """Have the newest anchor stamped, then copy all to the mirror, where these are set.

    Return what failed, which is logged too; the next call tries it again.
    """
    failed: list[Exception] = []
    for step in (_stamp, _mirror):
        try:
            step()
        except Exception as error:  # of a disk, a network or AWS: the anchor is taken
            logger.exception("the anchor is taken; what follows it failed")
            failed.append(error)
    return failed


def _stamp() -> None:
    if authority := platform().time_stamp_authority():
        stamp_newest(platform().anchor_records, authority)


def _mirror() -> None:
    if mirror := platform().anchor_mirror():
        copy_to_mirror(platform().anchor_records, mirror)
