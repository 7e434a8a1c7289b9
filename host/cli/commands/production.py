"""`kenpin model`: gates of a model, promotion, rollback, and the model in production at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from functions.api.models.answers import Model, Production
from host.cli.connect import connect
from host.cli.failures import AnswerIsNo, Refused
from host.cli.gates import show_report
from host.cli.member_names import names_of_people
from host.cli.options import AsOfTime, DatasetId, Json, ModelId, Reason
from host.cli.output import line, show, table


def gates(model_id: ModelId, json: Json = False) -> None:
    """Compare a model with the gates of its project, without promoting it; exit code 1 when one fails."""
    client = connect()
    accepted = client.post(f"/models/{model_id}/gates", {})
    model = client.get(f"/models/{model_id}", Model, min_version=accepted.version)
    if (report := model.gates) is None:
        raise Refused(
            f"the gates of {model_id} are evaluated, but not shown yet; see `kenpin model show {model_id}`"
        )
    show(model, json, lambda: show_report(report))
    if failed := report.failed():
        raise AnswerIsNo(f"model {model_id} does not pass: {'; '.join(map(str, failed))}")


def promote(
    model_id: ModelId,
    reason: Reason,
    stage: Annotated[str, typer.Option(help="candidate or production.")] = "production",
    override_reason: Annotated[
        str, typer.Option(help="The reason for production without passed gates.")
    ] = "",
    json: Json = False,
) -> None:
    """Move a model to a stage; production needs passed gates or an override reason."""
    body = {"stage": stage, "reason": reason, "override_reason": override_reason}
    accepted = connect().post(f"/models/{model_id}/promotion", body)
    show(accepted, json, lambda: line(f"model {model_id} is in {stage}"))


def rollback(dataset_id: DatasetId, reason: Reason, json: Json = False) -> None:
    """Put the model in production back, so that the one before it is in production again."""
    client = connect()
    production = client.get(f"/datasets/{dataset_id}/production", Production)
    if production.model_id is None:
        raise Refused(f"no model of {dataset_id} is in production")
    body = {"model_id": production.model_id, "reason": reason}
    accepted = client.post(f"/datasets/{dataset_id}/production/rollback", body)
    told = f"model {production.before} is in production again, {production.model_id} is a candidate"
    show(accepted, json, lambda: line(told))


def in_production(dataset_id: DatasetId, as_of: AsOfTime = None, json: Json = False) -> None:
    """Show the model of a dataset in production, now or at a time, and how it came there."""
    client = connect()
    production = client.get(f"/datasets/{dataset_id}/production", Production, as_of=as_of)
    show(production, json, lambda: _describe(production, names_of_people(client)))


def _describe(production: Production, names: Mapping[str, str]) -> None:
    model = production.model_id
    line(f"model {model} is in production" if model else "no model is in production")
    rows = (
        (
            step.at,
            names.get(step.by, step.by),
            step.model_id,
            step.stage,
            step.in_production,
            step.reason,
            step.override_reason,
        )
        for step in production.history
    )
    table("at", "by", "model", "to", "in production", "reason", "gates overridden", rows=rows)
