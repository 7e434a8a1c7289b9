"""Lambda, called by CloudFormation: build rows before functions switch to this code, drop those of other code after."""

from collections.abc import Callable
from typing import Final

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runtime.custom_resource import NotDoneYet, carry_out
from functions.runtime.event import Json
from kenpin.application.build_rows import build_rows
from kenpin.bootstrap import platform
from kenpin.read_models.catalogue import drop_other_layouts

RESERVE_MS: Final = 20_000
"""Time to finish a started window of events on a slow day."""


def handler(event: Json, context: LambdaContext) -> None:
    """`event` names the step, build or drop."""
    steps: dict[str, Callable[[], None]] = {
        "build": lambda: _build(lambda: context.get_remaining_time_in_millis() < RESERVE_MS),
        "drop": _drop,
    }
    carry_out(event, steps[event["ResourceProperties"]["step"]])


def _build(is_late: Callable[[], bool]) -> None:
    if not build_rows(platform().events, platform().database, is_late):
        raise NotDoneYet("the rows are not built yet")


def _drop() -> None:
    drop_other_layouts(platform().database)
