"""Lambda: every read of the API."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.event import Json
from functions.http.resolver import resolver
from functions.queries import agreement, datasets, history, images, predictions, reviews, runs, upkeep
from functions.telemetry import observed

app = resolver(
    datasets.router,
    images.router,
    runs.router,
    predictions.router,
    history.router,
    upkeep.router,
    reviews.router,
    agreement.router,
)


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return app.resolve(event, context)
