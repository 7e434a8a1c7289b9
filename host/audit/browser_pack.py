"""A process that writes the audit pack of a browser: the order on stdin, progress and result as lines on stdout."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct, field

from host.audit.pack import PackSummary, write_pack
from host.audit.scope import streams_of
from host.cli.client import Client
from host.cli.credentials import StaticToken
from host.cli.failures import Failure
from host.cli.resolve import full_ids

REPORT_INTERVAL_S: Final = 0.5


class PackScope(Struct, frozen=True, forbid_unknown_fields=True):
    """The streams of a pack: those of a dataset, of a project, or all; and the images that the report tells of."""

    dataset_id: str | None = None
    project_id: str | None = None
    images: list[str] = []


class PackOrder(Struct, frozen=True):
    """A pack to write with the rights of a token."""

    url: str
    token: str
    tenant: str
    out: str
    """The path of the zip file"""
    scope: PackScope


class PackLine(Struct, frozen=True, omit_defaults=True):
    """One line of the answer: how far the pack is, its summary when it is written, or why it is not."""

    done: int = 0
    total: int = 0
    pack: PackSummary | None = None
    failed: str = ""


class LineProgress(Struct):
    """Reports progress as lines, not more often than a person reads them."""

    total: int = 0
    done: int = 0
    reported_at: float = field(default=0.0)

    def stage(self, name: str, total: int) -> None:
        self.total, self.done = total, 0

    def step(self, count: int = 1) -> None:
        self.done += count
        if (now := time.monotonic()) > self.reported_at + REPORT_INTERVAL_S:
            self.reported_at = now
            _say(PackLine(done=self.done, total=self.total))


def write_ordered(order: PackOrder) -> PackSummary:
    """Write the pack. Raises Failure."""
    client, scope = Client(order.url, StaticToken(order.token)), order.scope
    chosen = streams_of(client, scope.dataset_id, scope.project_id)
    images = full_ids(client, scope.dataset_id, scope.images) if scope.dataset_id else scope.images
    return write_pack(client, Path(order.out), chosen, images, order.tenant, LineProgress())


def _say(line: PackLine) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=PackOrder)
    try:
        _say(PackLine(pack=write_ordered(order)))
    except Failure as failure:
        _say(PackLine(failed=str(failure)))
    except OSError as error:
        _say(PackLine(failed=f"the pack cannot be stored: {error.strerror}"))


if __name__ == "__main__":
    main()
