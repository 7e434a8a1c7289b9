"""Writes about models: promote, retire, choose the threshold."""

from functions.http.accept import accept
from functions.http.answers import Accepted
from functions.http.resolver import new_router
from kenpin.domain.model.commands import ChooseThreshold, PromoteModel, RetireModel
from kenpin.domain.model.decider import model

router = new_router()


@router.post("/models/<model_id>/promotion", status_code=201, tags=["models"])
def promote_model(model_id: str, body: PromoteModel) -> Accepted:
    return accept(model, model_id, body)


@router.post("/models/<model_id>/threshold", status_code=201, tags=["models"])
def choose_threshold(model_id: str, body: ChooseThreshold) -> Accepted:
    return accept(model, model_id, body)


@router.post("/models/<model_id>/retirement", status_code=201, tags=["models"])
def retire_model(model_id: str, body: RetireModel) -> Accepted:
    return accept(model, model_id, body)
