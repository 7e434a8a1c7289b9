"""Every read model of the platform, and the notes that are not made from events."""

from typing import Final

from kenpin.projections.catalogue import ReadModelCatalogue
from kenpin.projections.projection import ReadModel
from kenpin.projections.table import DeclaredTable
from kenpin.read_models.agreement import projection as agreement
from kenpin.read_models.claims import notes as claims
from kenpin.read_models.datasets import projection as datasets
from kenpin.read_models.erasures import projection as erasures
from kenpin.read_models.fingerprints import notes as fingerprints
from kenpin.read_models.gallery import projection as gallery
from kenpin.read_models.history import projection as changes
from kenpin.read_models.intake import cameras, event_ids
from kenpin.read_models.intake import notes as intake
from kenpin.read_models.mail import notes as mail
from kenpin.read_models.members import access
from kenpin.read_models.members import projection as members
from kenpin.read_models.models import projection as models
from kenpin.read_models.parked import notes as parked
from kenpin.read_models.projects import projection as projects
from kenpin.read_models.readjudications import projection as readjudications
from kenpin.read_models.reviews import projection as reviews
from kenpin.read_models.runs import projection as runs
from kenpin.read_models.suggestions import projection as suggestions
from kenpin.read_models.webhooks import notes as webhooks

READ_MODELS: Final[tuple[ReadModel, ...]] = (
    projects.projects,
    datasets.datasets,
    gallery.gallery,
    suggestions.suggestions,
    reviews.reviews,
    agreement.agreement,
    readjudications.readjudications,
    runs.runs,
    models.models,
    changes.changes,
    members.members,
)


NOTES: Final[tuple[DeclaredTable, ...]] = (
    parked.PARKED,
    intake.INTAKE_SOURCE,
    intake.INTAKE_PROJECT,
    intake.REJECTED_ARRIVAL,
    cameras.INTAKE_MINUTE,
    event_ids.INTAKE_EVENT,
    erasures.ERASURE_DONE,
    access.TOKEN_USE,
    fingerprints.PICTURE_NOTE,
    claims.IMAGE_CLAIM,
    webhooks.WEBHOOK_DELIVERY,
    mail.MAIL_NEWS,
)
"""Tables that are not made from events: no rebuild brings their rows back, and none takes them away."""

CATALOGUE: Final = ReadModelCatalogue(READ_MODELS, NOTES)
create_tables = CATALOGUE.create_tables
drop_other_layouts = CATALOGUE.drop_other_layouts
models_of = CATALOGUE.models_of
advance_stream = CATALOGUE.advance_stream
behind = CATALOGUE.behind
