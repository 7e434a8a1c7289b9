"""Writes an audit pack with what the API shows to the caller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from functions.api.history.answers import Stream
from functions.api.images.answers import Image
from functions.api.proof.answers import SignedRecord
from functions.audit_pack import pack
from functions.audit_pack.order import PackSummary
from functions.audit_pack.source import PictureUnreadable
from host.audit import anchor_sources
from host.cli.client import Client
from host.cli.failures import Failure, Refused
from host.cli.history import commits
from kenpin.application.move import ProgressListener
from kenpin.domain.commit import Commit, Head


class ApiSource(Struct, frozen=True):
    """A platform as its API shows it."""

    client: Client

    def take_anchor(self) -> str:
        try:
            self.client.ask("/proof/anchors", {}, SignedRecord)
        except Refused as reason:
            return str(reason)
        return ""

    def records(self) -> list[tuple[str, bytes]]:
        return anchor_sources.of_platform(self.client)

    def heads(self) -> Iterable[Head]:
        found = self.client.items("/streams", Stream, limit=1000)
        return (Head(each.stream, each.version, bytes.fromhex(each.hash)) for each in found)

    def commits(self, stream: str, upto: int) -> Iterator[Commit]:
        return commits(self.client, stream, upto)

    def picture(self, dataset_id: str, image_id: str) -> bytes | None:
        try:
            image = self.client.get(f"/datasets/{dataset_id}/images/{image_id}", Image)
            return self.client.download(image.image_url) if image.image_url else None
        except Failure as failure:
            raise PictureUnreadable(str(failure)) from None


def write_pack(
    client: Client,
    out: Path,
    chosen: set[str] | None,
    images: Sequence[str],
    tenant: str,
    progress: ProgressListener,
) -> PackSummary:
    """Write a pack; it appears whole or not at all. `chosen`: streams, None for all. `images`: ids."""
    return pack.write_pack(ApiSource(client), out, chosen, images, tenant, progress)
