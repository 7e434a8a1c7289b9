"""Lambda: make the zip file of each export and audit pack that was asked for, once."""

from collections.abc import Callable
from typing import Final
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.audit_pack.job import make_pack
from functions.audit_pack.order import PACKS
from functions.runtime.event import Json
from functions.runtime.telemetry import observed
from kenpin.application.export import make_export
from kenpin.bootstrap import platform

RESERVE_MS: Final = 60_000
"""Time to store the file and to say how it ended."""


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    """`event`: S3 object-created records of requests."""

    def is_late() -> bool:
        return context.get_remaining_time_in_millis() < RESERVE_MS

    names = [unquote_plus(record["s3"]["object"]["key"]) for record in event["Records"]]
    return {"made": sum(_make(name.rpartition("/")[2], is_late) for name in names)}


def _make(name: str, is_late: Callable[[], bool]) -> bool:
    return make_pack(name, is_late) if name.startswith(PACKS) else make_export(platform(), name, is_late)
