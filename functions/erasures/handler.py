"""Lambda on a schedule: delete the bytes of erased images, and what is left over of runs and uploads."""

from typing import Final

from aws_lambda_powertools.utilities.typing import LambdaContext
from msgspec.structs import asdict

from functions.runtime.event import Json
from functions.runtime.quiet import quietly
from functions.runtime.telemetry import observed
from kenpin.application.erase import ErasureCount, carry_out_erasures
from kenpin.application.leftovers import expire_leftovers
from kenpin.bootstrap import platform

AT_ONCE: Final = 50
"""Images in one call; the rest is left for the next call."""


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    """Answer how many images it was carried out for, and how many wait for rows."""
    return quietly(event, _carry_out, lambda: asdict(ErasureCount(0, 0)))


def _carry_out() -> tuple[Json, bool]:
    expire_leftovers(platform())
    count = carry_out_erasures(platform(), AT_ONCE)
    return asdict(count), count == ErasureCount(0, 0)
