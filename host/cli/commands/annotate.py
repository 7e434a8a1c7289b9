"""`kenpin annotate`: judge images from the command line, alike or from a table."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from functions.api.images.answers import Image
from functions.http.answers import Accepted
from host.cli.classes import class_ids_of
from host.cli.client import Client
from host.cli.connect import connect
from host.cli.failures import Refused
from host.cli.options import DatasetId, Json, Reason
from host.cli.output import images as images_of
from host.cli.output import line, show
from host.cli.resolve import full_ids

CHUNK: Final = 90
COLUMNS: Final = {"image", "verdict", "class", "reason"}
Judgement = dict[str, object]


def annotate(
    dataset_id: DatasetId,
    verdict: Annotated[
        str | None, typer.Argument(metavar="VERDICT", help="OK, NG or HOLD, of all images given.")
    ] = None,
    images: Annotated[
        list[str] | None,
        typer.Argument(metavar="IMAGE…", help="Ids, enough of their first digits, or file names."),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(
            "--from", help="Instead, a CSV: image, verdict, class, reason. Shapes drawn before stay."
        ),
    ] = None,
    defect_class: Annotated[
        list[str] | None, typer.Option("--class", help="A class seen, by id or name; may be given again.")
    ] = None,
    reason: Reason = "",
    batch: Annotated[
        str | None, typer.Option(help="A name for the whole action, such as shift-2, for `kenpin undo`.")
    ] = None,
    json: Json = False,
) -> None:
    """Judge images. The newest judgement stands; the older ones stay in history."""
    client = connect()
    client.batch = batch
    if answers is not None and not verdict:
        judgements = _judgements(client, dataset_id, _rows(answers), reason)
        judged = ""
    elif answers is None and verdict and images:
        defects = [{"class_id": each} for each in class_ids_of(client, dataset_id, defect_class or ())]
        shared: Judgement = {"verdict": verdict.upper(), "defects": defects, "reason": reason}
        judgements = [shared | {"image_id": id} for id in full_ids(client, dataset_id, images)]
        judged = f" {verdict.upper()}"
    else:
        raise Refused("give VERDICT and images, or a table of them with --from")
    accepted = _send_in_chunks(client, dataset_id, judgements)
    summary = f"{images_of(len(judgements))} judged{judged}; {dataset_id} is at version {accepted.version}"
    hint = f"\n`kenpin undo {dataset_id} {batch}` undoes it" if batch else ""
    show(accepted, json, lambda: line(summary + hint))


def _send_in_chunks(client: Client, dataset_id: str, judgements: Sequence[Judgement]) -> Accepted:
    """Send the judgements: up to 90 in one request, all or nothing; more in several."""
    for start in range(0, len(judgements), CHUNK):
        body = {"annotations": judgements[start : start + CHUNK]}
        accepted = client.post(f"/datasets/{dataset_id}/annotations", body)
    return accepted


def _rows(table: Path) -> list[dict[str, str]]:
    try:
        rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"cannot read {table}: {error}") from None
    if not rows:
        raise Refused(f"{table} has no rows; write `image,verdict,class` first and an image a line")
    if not {"image", "verdict"} <= set(rows[0]) <= COLUMNS:
        raise Refused(
            f"{table}: its first line must name the columns image, verdict, and if any, class, reason"
        )
    return rows


def _judgements(
    client: Client, dataset_id: str, rows: Sequence[dict[str, str]], reason: str
) -> list[Judgement]:
    """Return the judgements with each image's revision, so that a newer judgement is not overruled."""
    ids = full_ids(client, dataset_id, [row["image"] for row in rows])
    typed = list(dict.fromkeys(row["class"] for row in rows if row.get("class")))
    class_ids = dict(zip(typed, class_ids_of(client, dataset_id, typed), strict=True))
    current = {image.image_id: image for image in client.images(dataset_id)}
    return [
        {
            "image_id": id,
            "verdict": row["verdict"].upper(),
            "defects": list(_defects(current.get(id), class_ids.get(row.get("class") or "", ""))),
            "reason": row.get("reason") or reason,
            "revision": current[id].revision if id in current else None,
        }
        for id, row in zip(ids, rows, strict=True)
    ]


def _defects(image: Image | None, class_id: str) -> Iterator[dict[str, object]]:
    """Return the shapes drawn on the image, given this class; nothing where no class is named."""

    if not class_id:
        return
    shapes = [msgspec.to_builtins(each) for each in image.defects] if image else []
    drawn = [each for each in shapes if each.keys() > {"class_id"}]
    for defect in drawn or [{}]:
        yield defect | {"class_id": class_id}
