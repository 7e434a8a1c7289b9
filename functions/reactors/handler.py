"""Lambda: react to what the streams that were rung for have that is new."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.doorbell import Event, each_stream
from kenpin.bootstrap import platform


def handler(event: Event, context: LambdaContext) -> dict[str, object]:
    return each_stream(event, platform().reactions.advance)
