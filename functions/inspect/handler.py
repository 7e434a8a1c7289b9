"""Lambda: judge a picture in the request by an exported model."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.inspections import pictures
from functions.http.resolver import resolver
from functions.runtime.event import Json
from functions.runtime.telemetry import observed

app = resolver(pictures.router)


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return app.resolve(event, context)
