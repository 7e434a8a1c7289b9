"""Lambda: every read of the API."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.event import Json
from functions.http.resolver import resolver
from functions.queries import (
    agreement,
    chain,
    datasets,
    diff,
    field_returns,
    history,
    images,
    label_book,
    members,
    people,
    predictions,
    proof,
    readjudications,
    reversals,
    reviews,
    runs,
    upkeep,
)
from functions.telemetry import observed

app = resolver(
    datasets.router,
    label_book.router,
    images.router,
    readjudications.router,
    reversals.router,
    chain.router,
    field_returns.router,
    runs.router,
    predictions.router,
    history.router,
    diff.router,
    proof.router,
    upkeep.router,
    people.router,
    members.router,
    reviews.router,
    agreement.router,
)


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return app.resolve(event, context)
