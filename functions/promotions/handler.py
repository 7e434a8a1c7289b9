"""Lambda: compare models with gates, and promote them."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.models import promotions
from functions.http.resolver import resolver
from functions.runtime.event import Json
from functions.runtime.telemetry import observed

app = resolver(promotions.router)


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return app.resolve(event, context)
