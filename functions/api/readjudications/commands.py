"""The write about re-adjudication: request that old decisions are judged again."""

from functions.api.readjudications.answers import QueuedReadjudication
from functions.http.accept import new_id
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.application import label_book
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Slug, Text

router = new_router()


class NewReadjudication(Command):
    class_id: Slug
    reason: Text = ""


@router.post("/datasets/<dataset_id>/readjudications", status_code=202, tags=["label standard"])
def ask_for_readjudication(dataset_id: str, body: NewReadjudication) -> QueuedReadjudication:
    """Queue a job that lists the old decisions about a class; its result is a ReadjudicationRequested event."""
    id = new_id()
    job = label_book.ask_for_readjudication(
        platform(), dataset_id, id, body.class_id, body.reason, by=caller()
    )
    return QueuedReadjudication(job_id=job.job_id, readjudication_id=id)
