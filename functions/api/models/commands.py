"""Writes about models: rollback, retirement, threshold and exports."""

from functions.api.models.answers import QueuedModelExport
from functions.http.accept import accept, accepted, new_id
from functions.http.answers import Accepted
from functions.http.paging import found, rows
from functions.http.request import caller, request_context
from functions.http.resolver import new_router
from kenpin.application import promotion
from kenpin.application.model_exports import request_model_export
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Reason, Slug
from kenpin.domain.model.commands import ChooseThreshold, RetireModel
from kenpin.domain.model.decider import model
from kenpin.domain.model.events import ModelFormat
from kenpin.read_models.models import queries as models

router = new_router()


class NewModelExport(Command):
    format: ModelFormat


class Rollback(Command):
    model_id: Slug
    """The model in production, which is put back"""
    reason: Reason


@router.post("/datasets/<dataset_id>/production/rollback", status_code=201, tags=["models"])
def roll_back(dataset_id: str, body: Rollback) -> Accepted:
    """Put the model in production back, so that the one before it is in production again."""
    appended = promotion.roll_back(platform(), dataset_id, body.model_id, body.reason, request_context())
    return accepted(appended, body.model_id)


@router.post("/models/<model_id>/threshold", status_code=201, tags=["models"])
def choose_threshold(model_id: str, body: ChooseThreshold) -> Accepted:
    return accept(model, model_id, body)


@router.post("/models/<model_id>/retirement", status_code=201, tags=["models"])
def retire_model(model_id: str, body: RetireModel) -> Accepted:
    return accept(model, model_id, body)


@router.post("/models/<model_id>/exports", status_code=202, tags=["models"])
def export_model(model_id: str, body: NewModelExport) -> QueuedModelExport:
    """Queue a job that writes the model as files for other programs; its result is a ModelExported event."""
    export_id = new_id()
    with rows() as sql:
        project_id = found(models.one(sql, model_id), "model", model_id)["project_id"]
    job = request_model_export(platform(), model_id, project_id, export_id, body.format, caller())
    return QueuedModelExport(export_id=export_id, model_id=model_id, job_id=job.job_id)
