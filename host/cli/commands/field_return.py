"""`kenpin field-return`: defects that a customer or a later process found, and the models' verdicts on them."""

from __future__ import annotations

from typing import Annotated

import typer

from functions.api.decision_chains.answers import ModelVerdict
from functions.api.field_returns.answers import FieldReturn, FieldReturnDetail
from host.cli.connect import connect
from host.cli.options import AsOf, DatasetId, ImageId, Json, group
from host.cli.output import fields, first_of, line, show, show_all, table
from host.cli.resolve import full_ids

app = group("Field returns: report, list, show.")


@app.command("report")
def report(
    dataset_id: DatasetId,
    image_id: ImageId,
    found_at: Annotated[str, typer.Option(help="Day or time it was found, such as 2026-09-14.")],
    found_by: Annotated[str, typer.Option(help="Where it was found: customer, assembly; no person's name.")],
    verdict: Annotated[str, typer.Option(help="The verdict of the finding: NG, OK or HOLD.")] = "NG",
    defect_class: Annotated[str | None, typer.Option("--class", help="The defect that was found.")] = None,
    note: Annotated[str, typer.Option(help="What was said about it.")] = "",
    reference: Annotated[str, typer.Option(help="What they call it, such as a claim's number.")] = "",
    json: Json = False,
) -> None:
    """Record on an image what a customer or a later process found."""
    client = connect()
    (id,) = full_ids(client, dataset_id, [image_id])
    body = {
        "image_id": id,
        "verdict": verdict.upper(),
        "found_at": found_at,
        "found_by": found_by,
        "class_id": defect_class,
        "note": note,
        "reference": reference,
    }
    accepted = client.post(f"/datasets/{dataset_id}/field-returns", body)
    show(accepted, json, lambda: line(f"field return {accepted.id} is attached to image {id[:12]}"))


@app.command("list")
def list_field_returns(
    dataset_id: DatasetId,
    as_of: AsOf = None,
    limit: Annotated[int, typer.Option(min=1, help="The largest number to show.")] = 50,
    json: Json = False,
) -> None:
    """List field returns of a dataset, newest first."""

    returns = connect().items(f"/datasets/{dataset_id}/field-returns", FieldReturn, as_of=as_of)
    found = first_of(returns, limit)
    rows = (
        (r.return_id, r.image_id[:12], r.found_at, r.found_by, r.verdict, r.judged,
         "escape" if r.escape else None, r.reference or None)
        for r in found
    )  # fmt: skip
    columns = ("return", "image", "found", "by", "found to be", "judged", "", "reference")
    show_all(found, json, lambda: table(*columns, rows=rows))


@app.command("show")
def show_field_return(
    dataset_id: DatasetId,
    return_id: Annotated[str, typer.Argument(metavar="RETURN", help="Its id, as in `field-return list`.")],
    json: Json = False,
) -> None:
    """Show a field return with the verdicts of that day's model and of today's."""

    detail = connect().get(f"/datasets/{dataset_id}/field-returns/{return_id}", FieldReturnDetail)
    show(detail, json, lambda: _describe(detail))


def _describe(detail: FieldReturnDetail) -> None:
    field_return = detail.field_return
    fields(
        image=field_return.image_id,
        found=f"{field_return.verdict} by {field_return.found_by} on {field_return.found_at}",
        judged=f"{field_return.judged} by {field_return.judged_by}" if field_return.judged else None,
        escape="yes, found late" if field_return.escape else "no",
        day=f"{detail.day.date()} ({detail.day_is})",
        model_then=_verdict_text(detail.then),
        model_now=_verdict_text(detail.now),
        note=field_return.note or None,
        reference=field_return.reference or None,
    )


def _verdict_text(model: ModelVerdict | None) -> str:
    if model is None:
        return "no model was in production"
    if model.score is None:
        return f"{model.model_id} has not scored it: {model.hint}"
    return f"{model.verdict} by {model.model_id}: {model.score:.4g}, NG from {model.threshold:.4g}"
