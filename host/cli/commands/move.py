"""`kenpin move`: carry a whole factory between one machine, a folder, and AWS."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import msgspec
import typer

from host.cli.failures import AnswerIsNo, Failure, Refused, Unreachable
from host.cli.options import Json
from host.cli.output import fields, show_json, warn
from host.cli.progress import bars
from host.embedded_postgres import PostgresFailed
from host.node import NodeFailed
from host.places import NoSuchPlace, open_place
from kenpin.application import move as moving
from kenpin.application.move import MoveCounts, NothingToMove
from kenpin.application.segment import BrokenSegment
from kenpin.ports import Error, OtherTenant, Unavailable

PLACE = "local:DATA_DIR, local:DATA_DIR@postgresql://…, folder:PATH, aws: or aws:TABLE/BUCKET[/ANCHORS]."
DAMAGED_SHOWN = 20


def move(
    source: Annotated[str, typer.Option("--from", metavar="PLACE", help=PLACE)],
    target: Annotated[str, typer.Option("--to", metavar="PLACE", help="Another such place.")],
    tenant: Annotated[
        str,
        typer.Option(
            envvar="KENPIN_TENANT", help="The tenant, the same at both ends: every first hash contains it."
        ),
    ] = "local",
    json: Json = False,
) -> None:
    """Move a whole factory: history with its hashes, images, models, predictions.

    Stop a machine first. Events that AWS appends during the move stay behind: run the move again.
    An interrupted move continues when it is run again; a repeated move copies nothing.
    """
    moved = _move(source, target, tenant)
    if json:
        show_json(msgspec.to_builtins(moved))
    else:
        fields(
            streams=f"{moved.streams:,}, every head the same",
            events=f"{moved.events:,}, of which {moved.events_copied:,} now",
            objects=f"{moved.objects:,}, of which {moved.objects_copied:,} now",
            anchors=f"{moved.anchors_copied:,} now",
        )
    for name in moved.damaged[:DAMAGED_SHOWN]:
        warn(f"{name}: its bytes do not have this digest, and were left behind")
    if moved.damaged:
        raise AnswerIsNo(f"the history is moved, but {len(moved.damaged)} objects of the source are damaged")


def _move(source: str, target: str, tenant: str) -> MoveCounts:

    if source == target:
        raise Refused("--from and --to name the same place")
    try:
        with ExitStack() as stack:
            origin = stack.enter_context(open_place(source, tenant, must_exist=True))
            destination = stack.enter_context(open_place(target, tenant, must_exist=False))
            return moving.move(origin, destination, stack.enter_context(bars()))
    except (NoSuchPlace, NodeFailed, PostgresFailed) as reason:
        raise Refused(str(reason)) from None
    except Error as error:
        raise _failure(error, tenant) from None


def _failure(error: Exception, tenant: str) -> Failure:
    """Return the failure with the exit code of its kind."""

    match error:
        case OtherTenant() | NothingToMove():
            hint = "a tenant is bound into every first hash and moves along: --tenant names it here"
            return Refused(f"{error}; {hint}, KENPIN_TENANT at the target")
        case BrokenSegment():
            return AnswerIsNo(str(error))
        case Unavailable():
            return Unreachable(str(error))
        case _:
            return Refused(str(error))
