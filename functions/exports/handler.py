"""Lambda: make the zip file of each export that was asked for, once."""

from typing import Final
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.typing import LambdaContext

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
    made = [make_export(platform(), name.rpartition("/")[2], is_late) for name in names]
    return {"made": sum(made)}
