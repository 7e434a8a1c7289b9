"""`kenpin up` and `kenpin demo`: start the platform on this machine."""

from pathlib import Path
from typing import Annotated

import typer

Host = Annotated[str | None, typer.Option(help="Address to listen on. [KENPIN_HOST]")]
Port = Annotated[int | None, typer.Option(help="Port to listen on. [KENPIN_PORT]")]
DataDir = Annotated[
    Path | None, typer.Option(help="Folder for database, images and models. [KENPIN_DATA_DIR]")
]


def up(host: Host = None, port: Port = None, data_dir: DataDir = None) -> None:
    """Start Kenpin on this machine and serve until Ctrl-C."""


def demo(host: Host = None, port: Port = None, data_dir: DataDir = None) -> None:
    """Start Kenpin with the bundled sample project in it."""
