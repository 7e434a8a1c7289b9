"""The order of an audit pack for a browser: ask for one, and look how far it is."""

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from kenpin.application.asked_file import AskedFile
from kenpin.bootstrap import platform
from kenpin.domain.ids import ActorId

PACKS: Final = "AuditPack."
"""The beginning of the names of packs among the exports: no dataset has a capital letter."""
Failed = Literal["", "too_late", "no_space", "broken"]


class PackSummary(Struct, frozen=True):
    """The contents of a pack."""

    streams: int
    events: int
    anchors: int
    images: int
    manifest: str
    """SHA-256 of the manifest, which holds the digest of every file. Noted elsewhere, it seals the pack."""
    unanchored: str = ""
    """The reason why no anchor could be taken; empty when one was."""
    wrong_pictures: list[str] = []
    """Pictures whose bytes are not those that history registered, one sentence each."""


class PackRequest(Struct, frozen=True):
    """The streams of a pack: those of a dataset, of a project, or all; and the images that the report tells of."""

    asked_by: ActorId
    asked_at: datetime
    dataset_id: str | None = None
    project_id: str | None = None
    images: tuple[str, ...] = ()


class PackOutcome(Struct, frozen=True):
    """The end of a pack: its summary, or why there is none."""

    summary: PackSummary | None = None
    failed: Failed = ""


class PackState(Struct, frozen=True):
    """A pack as it stands. `url` is the signed address of the file."""

    state: Literal["making", "done", "failed"]
    percent: int
    outcome: PackOutcome = PackOutcome()
    url: str | None = None


def request_pack(pack_id: str, request: PackRequest) -> None:
    """Ask for a pack; the function that hears of the request writes it."""
    _asked(pack_id).ask(request)


def find_pack(pack_id: str) -> PackState:
    """Return the state of a pack. Raises NotFound."""
    asked = _asked(pack_id)
    if (percent := asked.percent()) < 100:
        return PackState("making", percent)
    outcome = asked.outcome(PackOutcome)
    if outcome.failed:
        return PackState("failed", 100, outcome)
    return PackState("done", 100, outcome, asked.url())


def _asked(pack_id: str) -> AskedFile:
    return AskedFile(platform().objects, f"{PACKS}{pack_id}")
