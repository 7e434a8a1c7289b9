"""`kenpin annotate`: judge images from the command line."""

from typing import Annotated

import typer

from host.cli.connect import connect
from host.cli.options import DatasetId, ImageIds, Json, Reason
from host.cli.output import images as images_of
from host.cli.output import line, show
from host.cli.resolve import full_ids


def annotate(
    dataset_id: DatasetId,
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="OK, NG or HOLD.")],
    images: ImageIds,
    defect_class: Annotated[
        list[str] | None, typer.Option("--class", help="A defect seen; may be given again.")
    ] = None,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Judge up to 90 images alike. The newest judgement stands; the older ones stay in history."""
    client = connect()
    defects = [{"class_id": each} for each in defect_class or ()]
    judgement = {"verdict": verdict.upper(), "defects": defects, "reason": reason}
    ids = full_ids(client, dataset_id, images)
    body = {"annotations": [judgement | {"image_id": id} for id in ids]}
    accepted = client.post(f"/datasets/{dataset_id}/annotations", body)
    sentence = (
        f"{images_of(len(ids))} judged {verdict.upper()}; {dataset_id} is at version {accepted.version}"
    )
    show(accepted, json, lambda: line(sentence))
