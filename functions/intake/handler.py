"""Lambda: image events from factory systems."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.event import Json
from functions.http.resolver import resolver
from functions.intake.triggers import router
from functions.telemetry import observed

app = resolver(router)


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return app.resolve(event, context)
