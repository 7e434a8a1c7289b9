"""`kenpin parked`: streams with an event that a projection or reactor cannot get past."""

from typing import Annotated

import typer

from functions.api.operations.answers import Parked, Released
from host.cli.connect import connect
from host.cli.options import Json, group
from host.cli.output import line, show, show_all, table

app = group("Parked streams: a projection or reactor cannot get past an event. List, retry.")


@app.command("list")
def list_parked(json: Json = False) -> None:
    """List parked streams: where each is stuck, why, and when it is tried again."""

    found = list(connect().items("/parked", Parked))
    rows = ((p.reader, p.stream, p.version, p.attempts, p.next_try, f"{p.error}: {p.message}") for p in found)
    show_all(
        found, json, lambda: table("reader", "stream", "version", "attempts", "next try", "why", rows=rows)
    )


@app.command("retry")
def retry(
    reader: Annotated[str, typer.Argument(metavar="READER", help="As in `kenpin parked list`.")],
    stream: Annotated[str, typer.Argument(metavar="STREAM", help="As in `kenpin parked list`.")],
    json: Json = False,
) -> None:
    """Try a parked stream now."""

    released = connect().ask(f"/parked/{reader}/{stream}/retry", {}, Released)
    show(released, json, lambda: line(f"{reader} tries {stream} again"))
