"""`kenpin limit-sample`: images that show the border of a class (限度見本)."""

from typing import Annotated

import typer

from functions.api.label_book.answers import LimitSample
from host.cli.connect import connect
from host.cli.options import AsOf, DatasetId, Json, ProjectId, Reason, group
from host.cli.output import line, show, show_all, table
from host.cli.resolve import full_ids

app = group("Limit samples (限度見本): images that show the border of a class.")
SampleId = Annotated[str, typer.Argument(metavar="SAMPLE", help="Id of the limit sample.")]


@app.command("approve")
def approve(
    dataset_id: DatasetId,
    image: Annotated[
        str, typer.Argument(metavar="IMAGE", help="Its id, enough of its first digits, or its file name.")
    ],
    class_id: Annotated[str, typer.Option("--class", help="The defect class.")],
    side: Annotated[str, typer.Option(help="accepted (still good) or rejected (just not good any more).")],
    id: Annotated[str | None, typer.Option(help="Slug; left out, one is made.")] = None,
    note: Annotated[str, typer.Option(help="What it shows.")] = "",
    valid_until: Annotated[str | None, typer.Option(help="Its last day, such as 2027-03-31.")] = None,
    json: Json = False,
) -> None:
    """Make an image a limit sample; you are its approver."""
    client = connect()
    project_id = client.project_of(dataset_id).project_id
    [image_id] = full_ids(client, dataset_id, [image])
    body = {
        "sample_id": id,
        "dataset_id": dataset_id,
        "image_id": image_id,
        "class_id": class_id,
        "side": side,
        "note": note,
        "valid_until": valid_until,
    }
    accepted = client.post(f"/projects/{project_id}/limit-samples", body)
    show(
        accepted, json, lambda: line(f"{image_id[:12]} is limit sample {accepted.id} of {class_id} ({side})")
    )


@app.command("withdraw")
def withdraw(project_id: ProjectId, sample_id: SampleId, reason: Reason, json: Json = False) -> None:
    """Withdraw a limit sample: it is no longer valid."""
    accepted = connect().post(
        f"/projects/{project_id}/limit-samples/{sample_id}/withdrawal", {"reason": reason}
    )
    show(accepted, json, lambda: line(f"limit sample {sample_id} is withdrawn"))


@app.command("list")
def list_samples(
    project_id: ProjectId,
    class_id: Annotated[str | None, typer.Option("--class", help="Only those of this class.")] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """List limit samples: valid, expired and withdrawn."""

    path = f"/projects/{project_id}/limit-samples"
    found = list(connect().items(path, LimitSample, class_id=class_id, as_of=as_of))
    rows = (
        (s.sample_id, s.class_id, s.side, s.status, s.image_id[:12], s.approved_by, s.approved_at,
         str(s.valid_until or ""), s.note)
        for s in found
    )  # fmt: skip
    columns = ("sample", "class", "side", "status", "image", "approver", "since", "until", "note")
    show_all(found, json, lambda: table(*columns, rows=rows))
