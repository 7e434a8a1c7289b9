"""Lambda: plan imports, and label their images."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.imports import commands
from functions.http.resolver import resolver
from functions.runtime.event import Json
from functions.runtime.telemetry import observed

app = resolver(commands.router)


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return app.resolve(event, context)
