"""The routers of every read of the API."""

from typing import Final

from functions.api.agreement import queries as agreement
from functions.api.datasets import queries as datasets
from functions.api.decision_chains import queries as decision_chains
from functions.api.drift import queries as drift
from functions.api.embeddings import queries as embeddings
from functions.api.exports import queries as exports
from functions.api.field_returns import queries as field_returns
from functions.api.history import diff
from functions.api.history import queries as history
from functions.api.images import facets
from functions.api.images import queries as images
from functions.api.inspections import queries as inspections
from functions.api.intake import line_answers
from functions.api.intake import queries as intake
from functions.api.label_book import queries as label_book
from functions.api.members import queries as members
from functions.api.models import queries as models
from functions.api.operations import queries as operations
from functions.api.people import queries as people
from functions.api.projects import queries as projects
from functions.api.proof import queries as proof
from functions.api.readjudications import queries as readjudications
from functions.api.reviews import queries as reviews
from functions.api.rounds import queries as rounds
from functions.api.runs import comparison, figures, label_review, predictions
from functions.api.runs import queries as runs
from functions.api.suggestions import gain as suggestion_gain
from functions.api.suggestions import queries as suggestions
from functions.api.tags import queries as tags
from functions.api.undo import queries as undo
from functions.api.waiting import queries as waiting
from functions.api.webhooks import queries as webhooks

ROUTERS: Final = (
    projects.router,
    label_book.router,
    readjudications.router,
    datasets.router,
    tags.router,
    images.router,
    facets.router,
    exports.router,
    reviews.router,
    waiting.router,
    agreement.router,
    undo.router,
    field_returns.router,
    decision_chains.router,
    suggestions.router,
    suggestion_gain.router,
    runs.router,
    rounds.router,
    predictions.router,
    figures.router,
    comparison.router,
    label_review.router,
    models.router,
    inspections.router,
    drift.router,
    embeddings.router,
    history.router,
    diff.router,
    proof.router,
    intake.router,
    line_answers.router,
    operations.router,
    people.router,
    members.router,
    webhooks.router,
)
