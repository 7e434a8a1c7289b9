"""The routers of every write of the API."""

from typing import Final

from functions.api.agreement import commands as agreement
from functions.api.annotations import commands as annotations
from functions.api.claims import commands as claims
from functions.api.data_health import commands as data_health
from functions.api.datasets import commands as datasets
from functions.api.exports import commands as exports
from functions.api.field_returns import commands as field_returns
from functions.api.images import commands as images
from functions.api.inspections import commands as inspections
from functions.api.label_book import commands as label_book
from functions.api.members import commands as members
from functions.api.members import tokens
from functions.api.models import commands as models
from functions.api.people import commands as people
from functions.api.projects import commands as projects
from functions.api.proof import commands as proof
from functions.api.readjudications import commands as readjudications
from functions.api.reviews import commands as reviews
from functions.api.runs import commands as runs
from functions.api.splits import commands as splits
from functions.api.splits import duplicates
from functions.api.suggestions import commands as suggestions
from functions.api.tags import commands as tags
from functions.api.undo import commands as undo
from functions.api.webhooks import commands as webhooks

ROUTERS: Final = (
    projects.router,
    label_book.router,
    readjudications.router,
    datasets.router,
    tags.router,
    images.router,
    splits.router,
    exports.router,
    duplicates.router,
    data_health.router,
    annotations.router,
    claims.router,
    reviews.router,
    agreement.router,
    undo.router,
    field_returns.router,
    suggestions.router,
    runs.router,
    models.router,
    inspections.router,
    proof.router,
    people.router,
    members.router,
    tokens.router,
    webhooks.router,
)
