"""`kenpin agreement`: give the same images to several people, blind, and show how far they agree."""

from __future__ import annotations

from typing import Annotated

import typer

from functions.api.agreement.answers import AgreementResult, AgreementTask, RateWithin
from host.cli.connect import connect
from host.cli.options import AsOf, DatasetId, ImageIds, Json, Reason, group
from host.cli.output import fields, line, show, show_all, table
from host.cli.output import images as images_of
from host.cli.resolve import full_ids

app = group("Agreement tasks: open, list, answer blind, close, show the result.")
TaskId = Annotated[str, typer.Argument(metavar="TASK", help="Id of the task, as in `kenpin agreement list`.")]


@app.command("open")
def open_task(
    dataset_id: DatasetId,
    images: ImageIds,
    person: Annotated[list[str] | None, typer.Option(help="Who is asked; may be given again.")] = None,
    open_to: Annotated[int | None, typer.Option(min=1, help="How many others may take part.")] = None,
    note: Annotated[str, typer.Option(help="What it is about.")] = "",
    id: Annotated[str | None, typer.Option(help="Slug; left out, one is made.")] = None,
    json: Json = False,
) -> None:
    """Open a task: give up to 200 images to two people or more."""
    client = connect()
    ids = full_ids(client, dataset_id, images)
    asked = {"task_id": id, "image_ids": ids, "people": person or [], "open_to": open_to, "note": note}
    accepted = client.post(f"/datasets/{dataset_id}/agreement-tasks", asked)
    show(accepted, json, lambda: line(f"agreement task {accepted.id} is open: {images_of(len(ids))}"))


@app.command("list")
def list_tasks(dataset_id: DatasetId, as_of: AsOf = None, json: Json = False) -> None:
    """List tasks of a dataset, newest first, with each person's progress."""

    path = f"/datasets/{dataset_id}/agreement-tasks"
    found = list(connect().items(path, AgreementTask, as_of=as_of))
    rows = ((t.task_id, t.note, t.images, _progress(t), "closed" if t.closed else "open") for t in found)
    show_all(found, json, lambda: table("task", "note", "images", "answered", "", rows=rows))


def _progress(task: AgreementTask) -> str:
    return ", ".join(f"{each.person} {each.done}" for each in task.progress)


@app.command("answer")
def answer(
    dataset_id: DatasetId,
    task_id: TaskId,
    image: Annotated[str, typer.Argument(metavar="IMAGE", help="Id of the image, or its first digits.")],
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="OK, NG or HOLD.")],
    defect_class: Annotated[
        list[str] | None, typer.Option("--class", help="A defect seen; may be given again.")
    ] = None,
    json: Json = False,
) -> None:
    """Answer for one image; until the task closes, the newest answer counts."""
    client = connect()
    (id,) = full_ids(client, dataset_id, [image])
    answer_body = {"image_id": id, "verdict": verdict.upper(), "defect_classes": defect_class or []}
    accepted = client.post(f"/datasets/{dataset_id}/agreement-tasks/{task_id}/answers", answer_body)
    show(accepted, json, lambda: line(f"{id[:12]}: you say {verdict.upper()}"))


@app.command("close")
def close(dataset_id: DatasetId, task_id: TaskId, reason: Reason = "", json: Json = False) -> None:
    """Close a task: it takes no more answers, and everybody sees the result."""
    body = {"reason": reason}
    accepted = connect().post(f"/datasets/{dataset_id}/agreement-tasks/{task_id}/closure", body)
    show(accepted, json, lambda: line(f"agreement task {task_id} is closed"))


@app.command("show")
def show_result(dataset_id: DatasetId, task_id: TaskId, as_of: AsOf = None, json: Json = False) -> None:
    """Show the result of a closed task: kappas, each person against the truth, least agreement first."""

    path = f"/datasets/{dataset_id}/agreement-tasks/{task_id}/result"
    result = connect().get(path, AgreementResult, as_of=as_of)
    show(result, json, lambda: _describe(result))


def _describe(result: AgreementResult) -> None:
    truth = result.task.images - result.without_truth
    fields(
        task=result.task.task_id,
        note=result.task.note or None,
        images=f"{result.task.images}, {truth} with an accepted truth",
        fleiss_kappa=result.fleiss,
    )
    pairs = ((p.first, p.second, p.images, p.same, p.kappa) for p in result.pairs)
    table("person", "and", "images", "the same", "Cohen's kappa", rows=pairs)
    people = (
        (p.person, p.images, p.holds, _rate_text(p.missed), _rate_text(p.false_alarms)) for p in result.people
    )
    table("person", "images", "on hold", "missed NG", "false alarms on OK", rows=people)
    rows = (
        (
            i.image_id[:12],
            i.name,
            i.agreement,
            ", ".join(f"{a.person} {a.verdict}" for a in i.answers),
            i.truth,
        )
        for i in result.images
    )
    table("image", "name", "agreement", "answers", "truth", rows=rows)


def _rate_text(rate: RateWithin) -> str:
    """`1 of 20 (5.0 %, 95 % within 0.9–23.6 %)`."""
    if rate.rate is None or rate.low is None or rate.high is None:
        return "no truth yet"
    return f"{rate.part} of {rate.whole} ({rate.rate:.1%}, 95 % within {rate.low:.1%}–{rate.high:.1%})"
