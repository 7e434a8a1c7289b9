"""`kenpin anchor`: sign where every stream ends now, list anchors, export or change the key."""

from __future__ import annotations

from typing import Annotated

import typer

from functions.api.proof.answers import SignedRecord
from host.cli.connect import connect
from host.cli.options import Json, confirm
from host.cli.output import line, show, show_all, table

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def take(context: typer.Context, json: Json = False) -> None:
    """Take an anchor: sign where every stream ends, so that a history rewritten later is found.

    The platform takes one every day.
    """

    if context.invoked_subcommand:
        return
    taken = connect().ask("/proof/anchors", {}, SignedRecord)
    show(
        taken,
        json,
        lambda: line(
            f"{taken.name}: {taken.streams} streams, {taken.events:,} events, by key {taken.key_id}"
        ),
    )


@app.command("list")
def list_anchors(json: Json = False) -> None:
    """List anchors, newest first."""

    found = list(connect().items("/proof/anchors", SignedRecord))
    rows = ((each.name, each.at, each.streams, each.events, each.key_id) for each in found)
    show_all(found, json, lambda: table("anchor", "taken at", "streams", "events", "key", rows=rows))


@app.command("keys")
def keys(json: Json = False) -> None:
    """Print the public keys, one a line. Keep them elsewhere, and give the file to `kenpin verify --keys`."""

    found = list(connect().items("/proof/keys", SignedRecord))
    show_all(found, json, lambda: line("\n".join(f"{each.public}  # since {each.at}" for each in found)))


@app.command("rotate")
def rotate(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False, json: Json = False
) -> None:
    """Change the signing key. The old key signs the name of the new one, and is then deleted."""

    if not yes:
        confirm("A new key signs from now on; auditors have to note it. Go on?")
    made = connect().ask("/proof/keys", {}, SignedRecord)
    show(made, json, lambda: line(f"{made.public}  # since {made.at}"))
