"""`kenpin audit`: packs of history and proofs of decisions that anybody can check without Kenpin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from functions.api.datasets.answers import Dataset
from functions.audit_pack.order import PackSummary
from host.audit.pack import write_pack
from host.audit.proof import prove
from host.audit.scope import streams_of
from host.cli.connect import connect
from host.cli.failures import AnswerIsNo, Refused, refusing_to_write
from host.cli.options import DatasetId, ImageId, Json, Tenant, group
from host.cli.output import Cell, fields, show_json, warn
from host.cli.progress import bars
from host.cli.resolve import check_known, full_ids

app = group("Audit: packs of history and proofs of decisions that anybody can check offline.")


@app.command("export")
def export(
    dataset: Annotated[
        str | None, typer.Option(help="One dataset, its project, its runs and models.")
    ] = None,
    project: Annotated[str | None, typer.Option(help="One project and all that belongs to it.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All streams there are.")] = False,
    images: Annotated[
        str,
        typer.Option(
            help="Images that the report tells of, with commas: ids or their beginnings; of one dataset, file names."
        ),
    ] = "",
    out: Annotated[
        Path, typer.Option(help="A folder that is not there yet, or a file that ends with .zip.")
    ] = Path("kenpin-pack"),
    tenant: Tenant = "local",
    json: Json = False,
) -> None:
    """Write a pack: commits as stored, heads, anchors, keys, event schemas, a report, and a program that checks it all.

    To check it, run `python3 verify_pack.py` in the pack; that needs Python and nothing of Kenpin.
    """

    if [bool(dataset), bool(project), everything].count(True) != 1:
        raise Refused("say what to take: --dataset ID, --project ID or --all")
    exported = _export(
        dataset, project, [each.strip() for each in images.split(",") if each.strip()], out, tenant
    )
    if exported.unanchored:
        warn(
            f"not anchored now ({exported.unanchored}): the newest events are covered by the next anchor only"
        )
    if json:
        show_json(msgspec.to_builtins(exported))
    else:
        fields(
            pack=str(out),
            streams=exported.streams,
            events=exported.events,
            anchors=exported.anchors,
            images_in_the_report=exported.images,
            manifest=exported.manifest,
        )
    for wrong in exported.wrong_pictures:
        warn(wrong)
    if exported.wrong_pictures:
        raise AnswerIsNo(
            f"the pack is written; {len(exported.wrong_pictures)} pictures are not as history registered them"
        )


@app.command("prove")
def prove_decision(
    dataset_id: DatasetId,
    image: ImageId,
    version: Annotated[
        int | None, typer.Option(min=1, help="Prove this event about the image, not its newest judgement.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file to write, which ends with .json. Default: proof-IMAGE.json.")
    ] = None,
    tenant: Tenant = "local",
    json: Json = False,
) -> None:
    """Prove to somebody who may see nothing else that a decision on an image is in history, unchanged.

    The file holds the decision, the chain to the next anchor, and the signature of the anchor; no name of another
    dataset. Check it with `python3 verify_pack.py FILE`, the program of every pack.
    """
    client = connect()
    (image_id,) = full_ids(client, dataset_id, [image])
    path = out or Path(f"proof-{image_id[:12]}.json")
    if path.exists() or path.suffix != ".json":
        raise Refused(f"{path} is there already, or does not end with .json; name another with --out")
    proof = prove(client, dataset_id, image_id, version, tenant)
    body = msgspec.json.encode(proof)
    with refusing_to_write(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    proved: dict[str, Cell] = {
        "proof": str(path),
        "bytes": len(body),
        "version": proof.version,
        "later_commits": len(proof.later),
    }
    if json:
        show_json(proved)
    else:
        fields(**proved)


def _export(
    dataset: str | None, project: str | None, images: list[str], out: Path, tenant: str
) -> PackSummary:

    if out.exists():
        raise Refused(f"{out} is there already; name another with --out")
    client = connect()
    chosen = streams_of(client, dataset, project)
    if dataset:
        images = full_ids(client, dataset, images)
    if images:
        datasets = client.items("/datasets", Dataset, project_id=project)
        check_known(client, [dataset] if dataset else (each.dataset_id for each in datasets), images)
    with refusing_to_write(out), bars() as progress:
        return write_pack(client, out, chosen, images, tenant, progress)
