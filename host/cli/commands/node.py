"""`kenpin up` and `kenpin demo`: start the platform on this machine."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from host import demo as demo_loop
from host.cli.client import Client
from host.cli.demo_table import heading, row
from host.cli.failures import AnswerIsNo, Failure, Refused
from host.cli.options import Json
from host.cli.output import line, show_json, warn
from host.cli.settings import settings_of_shell
from host.importers import elpv
from host.issuer.mint import SYSTEM, Minting
from host.node import Node, NodeFailed, address_of
from host.sample.load import load
from kenpin.importing.entry import Unreadable
from kenpin.settings import Settings

Host = Annotated[str | None, typer.Option(help="Address to listen on; otherwise KENPIN_HOST or 127.0.0.1.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; otherwise KENPIN_PORT or 8000.")]
DataDir = Annotated[
    Path | None, typer.Option(help="Database, images, models; otherwise KENPIN_DATA_DIR or data.")
]

Data = Annotated[Literal["cookies", "elpv"], typer.Option(help="The bundled sample, or ELPV when installed.")]
Rounds = Annotated[
    int | None, typer.Option(min=1, help="Rounds to play; left out, as many as the data want.")
]


def up(
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Load the bundled photos and train first models.")
    ] = False,
    json: Json = False,
) -> None:
    """Start Kenpin on this machine and serve until Ctrl-C."""

    try:
        with Node(_settings(host, port, data_dir)) as node:
            node.run(_announce(node, sample, json))
    except NodeFailed as reason:
        raise Refused(str(reason)) from None


def demo(
    data: Data = "cookies",
    rounds: Rounds = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of suggestions, draws and training.")] = 0,
    json: Json = False,
) -> None:
    """Play the whole loop on a temporary platform; the true labels answer in place of an inspector."""

    if data == "elpv":
        warn(elpv.LICENCE)
    warn(heading())
    try:
        result = demo_loop.run(data, rounds=rounds, seed=seed, on_round=lambda each: warn(row(each)))
    except (NodeFailed, Unreadable) as reason:
        raise Refused(str(reason)) from None
    if json:
        show_json(msgspec.to_builtins(result))
    else:
        line(f"chain: {result.chain}")
        line(f"replay: {result.replay}")
    if (result.chain, result.replay) != ("verified", "identical"):
        raise AnswerIsNo("the history of the demo does not hold; see above")


def _settings(host: str | None, port: int | None, data_dir: Path | None) -> Settings:
    """Return the settings: the environment, overridden by options. The public address follows host and port."""

    given = {"host": host, "port": port, "data_dir": data_dir}
    settings = settings_of_shell(**{k: v for k, v in given.items() if v is not None})
    if "KENPIN_PUBLIC_URL" in os.environ:
        return settings
    return settings.model_copy(update={"public_url": address_of(settings.host, settings.port)})


def _announce(node: Node, sample: bool, as_json: bool) -> Callable[[], None]:
    """Says once that the node answers, and where; then brings the sample in."""
    is_announced = False

    def on_tick() -> None:
        nonlocal is_announced
        if not is_announced and node.is_ready():
            is_announced = True
            _print_address(node, as_json)
            if sample:
                threading.Thread(target=_load_sample, args=(node,), daemon=True).start()

    return on_tick


def _print_address(node: Node, as_json: bool) -> None:
    settings, link = node.settings, node.first_admin_link()
    if as_json:
        answer = {"url": settings.public_url, "data_dir": str(settings.data_dir)}
        return show_json({**answer, "first_admin": link})
    line(f"Kenpin is at {settings.public_url} · data in {settings.data_dir} · Ctrl-C stops it")
    if link:
        line(f"Nobody can sign in yet. Become its administrator, within an hour: {link}")


def _load_sample(node: Node) -> None:

    try:
        if load(Client(node.address, Minting(node.settings, SYSTEM))):
            warn("the sample is loaded and its first models are being trained")
    except Failure as failure:
        warn(f"the sample could not be loaded: {failure}")
