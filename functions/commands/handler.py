"""Lambda: every write of the API."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.commands.routers import ROUTERS
from functions.http.resolver import resolver
from functions.runtime.event import Json
from functions.runtime.telemetry import observed

app = resolver(*ROUTERS)


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return app.resolve(event, context)
