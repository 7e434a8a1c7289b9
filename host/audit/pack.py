"""Writes an audit pack: history as it is stored, what vouches for it, and what it takes to check and read it."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from host.audit import witnesses
from host.audit.story import Chains
from host.cli.failures import Refused
from host.cli.history import commits
from kenpin.application.move import Progress
from kenpin.domain.anchor import Anchor, Record
from kenpin.domain.commit import Commit, Head

if TYPE_CHECKING:
    from host.cli.client import Client

VERIFIER: Final = Path(__file__).with_name("verify_pack.py")
FORMAT: Final = "kenpin-pack@1"


class Exported(Struct, frozen=True):
    """What is in a pack."""

    streams: int
    events: int
    anchors: int
    images: int
    manifest: str
    """SHA-256 of the manifest, which names every file by its own: noted elsewhere, it seals the pack"""
    unanchored: str = ""
    """Why no anchor could be taken for it, if so."""


def write_pack(
    client: Client, out: Path, chosen: set[str] | None, images: Sequence[str], tenant: str, watching: Progress
) -> Exported:
    """`chosen`: streams, None for all; `images`: ids or their beginnings. The pack appears whole or not at all."""
    why_not = _anchored(client)
    records = witnesses.of_platform(client)
    heads = _heads(client, chosen, _newest(records, tenant) if not why_not else None)
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent, prefix=".kenpin-pack-") as place:
        folder = Path(place) / "pack"
        chains = Chains(images)
        _write_history(client, folder, heads, chains, watching)
        _write_records(folder, records)
        shutil.copyfile(VERIFIER, folder / VERIFIER.name)
        _write_schemas(folder / "schemas")
        told = chains.write(client, folder, heads, records)
        manifest = _write_manifest(folder, tenant)
        _put(folder, out)
    events, anchors = (
        sum(head.version for head in heads),
        sum(name.startswith("anchor") for name, _ in records),
    )
    return Exported(len(heads), events, anchors, told, manifest, why_not)


def _anchored(client: Client) -> str:
    """A pack ends with an anchor of its own; why it does not, if so."""
    from functions.api.proof.answers import SignedRecord

    try:
        client.ask("/proof/anchors", {}, SignedRecord)
    except Refused as reason:
        return str(reason)
    return ""


def _newest(records: Iterable[tuple[str, bytes]], tenant: str) -> Record | None:
    read, _ = witnesses.heard(records, tenant, None)
    return max(witnesses.anchors_in(read), key=lambda record: record.name, default=None)


def _heads(client: Client, chosen: set[str] | None, newest: Record | None) -> list[Head]:
    """Where the streams of the pack end: as the anchor that was just taken says, for they go on growing."""
    from functions.api.answers import Stream

    if newest and isinstance(newest.statement, Anchor):
        heads = [Head(each.stream, each.version, bytes.fromhex(each.hash)) for each in newest.statement.heads]
    else:
        found = client.items("/streams", Stream, limit=1000)
        heads = [Head(each.stream, each.version, bytes.fromhex(each.hash)) for each in found]
    return [head for head in heads if chosen is None or head.stream in chosen]


def _write_history(
    client: Client, folder: Path, heads: Sequence[Head], chains: Chains, watching: Progress
) -> None:
    watching.stage("events", sum(head.version for head in heads))
    (folder / "streams").mkdir(parents=True)
    for head in heads:
        with (folder / "streams" / f"{head.stream}.jsonl").open("wb") as file:
            for commit in commits(client, head.stream, head.version):
                file.write(_line(commit))
                chains.hear(commit)
                watching.step(commit.count)
    lines = ({"stream": head.stream, "version": head.version, "hash": head.hash.hex()} for head in heads)
    (folder / "heads.jsonl").write_bytes(b"".join(_json(line) for line in lines))


def _line(commit: Commit) -> bytes:
    """A commit as stored: `meta` and `body` are the exact text that was hashed."""
    return _json(
        {
            "first": commit.first,
            "count": commit.count,
            "hash": commit.hash.hex(),
            "meta": commit.meta.decode(),
            "body": commit.body.decode(),
        }
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _write_records(folder: Path, records: Iterable[tuple[str, bytes]]) -> None:
    (folder / "anchors").mkdir()
    for name, body in records:
        (folder / "anchors" / name).write_bytes(body)


def _write_schemas(folder: Path) -> None:
    """The contract of every type of event, with an example."""
    from functions.event_contract.schemas import documents

    for name, document in documents():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_manifest(folder: Path, tenant: str) -> str:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): _digest(path) for path in paths}
    told = {"files": files, "format": FORMAT, "tenant": tenant}
    body = json.dumps(told, sort_keys=True, ensure_ascii=False, indent=1).encode() + b"\n"
    (folder / "manifest.json").write_bytes(body)
    return hashlib.sha256(body).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put(folder: Path, out: Path) -> None:
    if out.suffix != ".zip":
        folder.rename(out)
        return
    aside = folder.with_name("pack.zip")
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            file.write(path, path.relative_to(folder).as_posix())
    aside.rename(out)
