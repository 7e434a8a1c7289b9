"""`kenpin backbone`: networks of a project's own, which runs name as their architecture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from functions.api.projects.answers import BackboneUpload, ProjectBackbones
from host.cli.connect import connect
from host.cli.failures import Refused
from host.cli.options import Json, ProjectId, group
from host.cli.output import line, show, table
from kenpin.application.digest import sha256_of
from kenpin_client import Blob

app = group("Networks of a project's own (.keras files), which runs use as their architecture.")


@app.command("add")
def add(
    project_id: ProjectId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name for `kenpin train --architecture`.")],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The network, saved by model.save('x.keras').")
    ],
    taps: Annotated[str, typer.Option(help="Layers whose maps are used, separated by commas.")],
    mean: Annotated[float, typer.Option(help="Subtracted from pixel values (0 to 255).")] = 0.0,
    scale: Annotated[float, typer.Option(help="Pixel values are divided by it then.")] = 1.0,
    licence: Annotated[str, typer.Option(help="Licence of the weights.")] = "",
    json: Json = False,
) -> None:
    """Send a network and register it. Nothing in the file is run; a name stays with its file."""
    client, blob = connect(), _blob_of(file)
    sent = {"digest": blob.digest, "size": blob.size}
    upload = client.ask(f"/projects/{project_id}/backbones/uploads", sent, BackboneUpload)
    if upload.url is not None:
        client.upload(upload.url, blob)
    body = {
        "name": name,
        "digest": blob.digest,
        "taps": [tap.strip() for tap in taps.split(",")],
        "mean": mean,
        "scale": scale,
        "licence": licence,
    }
    accepted = client.post(f"/projects/{project_id}/backbones", body)
    show(accepted, json, lambda: line(f"network {name} is registered; use it with --architecture {name}"))


@app.command("list")
def list_backbones(project_id: ProjectId, json: Json = False) -> None:
    """List the networks that the project registered."""
    found = connect().get(f"/projects/{project_id}/backbones", ProjectBackbones)
    rows = (
        (each.name, each.digest[:12], ", ".join(each.taps), each.mean, each.scale, each.licence)
        for each in found.backbones
    )
    show(found, json, lambda: table("name", "file", "taps", "mean", "scale", "licence", rows=rows))


def _blob_of(path: Path) -> Blob:
    try:
        with path.open("rb") as file:
            return Blob(sha256_of(file), file.tell(), "application/zip", lambda: path.open("rb"))
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from None
