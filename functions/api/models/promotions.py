"""Comparison of models with gates, and promotion."""

from functions.http.accept import accepted
from functions.http.answers import Accepted
from functions.http.request import request_context
from functions.http.resolver import new_router
from kenpin.application import promotion
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Reason, Text
from kenpin.domain.model.events import Stage

router = new_router()


class Promotion(Command):
    stage: Stage
    reason: Reason
    override_reason: Text = ""
    """The reason for production without passed gates"""


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
