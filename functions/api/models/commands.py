"""Writes about models: gates, promotion, rollback, retirement, threshold and exports."""

from functions.api.models.answers import QueuedModelExport
from functions.http.accept import accept, accepted, new_id
from functions.http.answers import Accepted
from functions.http.paging import found, rows
from functions.http.request import caller, request_context
from functions.http.resolver import new_router
from kenpin.application import promotion
from kenpin.application.model_exports import request_model_export
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Reason, Slug, Text
from kenpin.domain.model.commands import ChooseThreshold, RetireModel
from kenpin.domain.model.decider import model
from kenpin.domain.model.events import ModelFormat, Stage
from kenpin.read_models.models import queries as models

router = new_router()


class NewModelExport(Command):
    format: ModelFormat


class Promotion(Command):
    stage: Stage
    reason: Reason
    override_reason: Text = ""
    """The reason for production without passed gates"""


class Rollback(Command):
    model_id: Slug
    """The model in production, which is put back"""
    reason: Reason


@router.post("/models/<model_id>/gates", status_code=201, tags=["models"])
def evaluate_gates(model_id: str) -> Accepted:
    """Compare the model's figures with the gates of its project, without promoting it."""
    return accepted(promotion.evaluate_gates(platform(), model_id, request_context()), model_id)


@router.post("/models/<model_id>/promotion", status_code=201, tags=["models"])
def promote_model(model_id: str, body: Promotion) -> Accepted:
    """Move the model to a stage. Production needs passed gates, or a reason to do without them."""
    appended = promotion.promote_model(
        platform(), model_id, body.stage, body.reason, body.override_reason, request_context()
    )
    return accepted(appended, model_id)


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
        project_id = found(models.one(sql, model_id), f"model {model_id}")["project_id"]
    job = request_model_export(platform(), model_id, project_id, export_id, body.format, caller())
    return QueuedModelExport(export_id=export_id, model_id=model_id, job_id=job.job_id)
