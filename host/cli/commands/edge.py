"""`kenpin edge`: the agent on a PC at the line; the same as the command `kenpin-edge`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from host.cli.failures import Failure
from host.cli.options import Json, group

app = group("The agent on a PC at the line: run, status, retry, dismiss.")
ConfigFile = Annotated[Path, typer.Option("--config", help="The agent's TOML file.")]
CONFIG = Path("/etc/kenpin-edge/kenpin-edge.toml")


def _agent(*arguments: str) -> None:
    if find_spec("watchfiles") is None:
        raise Failure("the agent is not installed; install it with: pip install 'kenpin[edge]'")
    from kenpin_edge.__main__ import main

    raise typer.Exit(main(arguments))


@app.command("run")
def run(config: ConfigFile = CONFIG) -> None:
    """Send the pictures of the line until Ctrl-C."""
    _agent("run", "--config", str(config))


@app.command("status")
def status(config: ConfigFile = CONFIG, json: Json = False) -> None:
    """Show what waits, what was sent and what was rejected; exit 1 when nothing is sent."""
    _agent("status", "--config", str(config), *(["--json"] if json else []))


@app.command("retry")
def retry(config: ConfigFile = CONFIG, json: Json = False) -> None:
    """Try rejected pictures again."""
    _agent("retry", "--config", str(config), *(["--json"] if json else []))


@app.command("dismiss")
def dismiss(config: ConfigFile = CONFIG, json: Json = False) -> None:
    """Set rejected pictures aside; their bytes are deleted from this PC."""
    _agent("dismiss", "--config", str(config), *(["--json"] if json else []))
