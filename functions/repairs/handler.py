"""Lambda: retry dead letters, parked streams and rejected arrivals."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.intake import rejected
from functions.api.operations import dead_letters, parked
from functions.http.resolver import resolver
from functions.runtime.event import Json
from functions.runtime.telemetry import observed

app = resolver(dead_letters.router, parked.router, rejected.router)


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return app.resolve(event, context)
