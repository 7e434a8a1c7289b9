"""Lambda: image events from factory systems."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.intake.commands import router
from functions.http.resolver import resolver
from functions.runtime.event import Json
from functions.runtime.telemetry import observed

app = resolver(router)


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return app.resolve(event, context)
