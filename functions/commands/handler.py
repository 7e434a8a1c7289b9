"""Lambda: every write of the API."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.commands import (
    agreement,
    datasets,
    field_returns,
    images,
    members,
    models,
    people,
    projects,
    proof,
    reversals,
    reviews,
    runs,
    standard,
    suggestions,
    tokens,
)
from functions.event import Json
from functions.http.resolver import resolver
from functions.telemetry import observed

app = resolver(
    projects.router,
    standard.router,
    datasets.router,
    reversals.router,
    field_returns.router,
    images.router,
    suggestions.router,
    runs.router,
    models.router,
    reviews.router,
    agreement.router,
    proof.router,
    people.router,
    members.router,
    tokens.router,
)


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return app.resolve(event, context)
