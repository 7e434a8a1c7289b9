"""Writes an audit pack: stored history, anchors and keys, the verifier, the schemas and a report."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from functions.audit_pack.image_history import ImageHistoryCollector
from functions.audit_pack.order import PackSummary
from functions.audit_pack.pictures import write_pictures
from functions.audit_pack.report import write_report
from functions.audit_pack.source import PackSource
from functions.contract.events.schemas import documents
from kenpin.application.digest import sha256_of
from kenpin.application.move import ProgressListener
from kenpin.domain.anchor import STAMP, Anchor, BrokenRecord, Record, read
from kenpin.domain.commit import Commit, Head

VERIFIER: Final = Path(__file__).with_name("verify_pack.py")
FORMAT: Final = "kenpin-pack@1"


def write_pack(
    source: PackSource,
    out: Path,
    chosen: set[str] | None,
    images: Sequence[str],
    tenant: str,
    progress: ProgressListener,
) -> PackSummary:
    """Write a pack; it appears whole or not at all. `chosen`: streams, None for all. `images`: ids."""
    unanchored_reason = source.take_anchor()
    records = source.records()
    heads = _heads(source, chosen, None if unanchored_reason else _newest_anchor(records))
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent, prefix=".kenpin-pack-") as temporary_folder:
        folder = Path(temporary_folder) / "pack"
        collector = ImageHistoryCollector(images)
        _write_history(source, folder, heads, collector, progress)
        _write_records(folder, records)
        shutil.copyfile(VERIFIER, folder / VERIFIER.name)
        _write_schemas(folder / "schemas")
        histories = collector.histories()
        wrong = write_pictures(source, folder / "images", histories)
        write_report(folder, heads, records, histories)
        manifest = _write_manifest(folder, tenant)
        _publish(folder, out)
    events, anchors = (
        sum(head.version for head in heads),
        sum(name.startswith("anchor") and not name.endswith(STAMP) for name, _ in records),
    )
    return PackSummary(len(heads), events, anchors, len(histories), manifest, unanchored_reason, wrong)


def _newest_anchor(records: Iterable[tuple[str, bytes]]) -> Record | None:
    """Return the newest record of an anchor that can be read; the verifier checks what it says."""
    readable = []
    for name, body in sorted(records):
        with suppress(BrokenRecord):
            readable.append(read(name, body))
    return next((each for each in reversed(readable) if isinstance(each.statement, Anchor)), None)


def _heads(source: PackSource, chosen: set[str] | None, anchor: Record | None) -> list[Head]:
    """Return the head of each stream of the pack, as the anchor just taken says: streams go on growing."""

    if anchor:
        heads = [Head(each.stream, each.version, bytes.fromhex(each.hash)) for each in anchor.heads]
    else:
        heads = list(source.heads())
    return [head for head in heads if chosen is None or head.stream in chosen]


def _write_history(
    source: PackSource,
    folder: Path,
    heads: Sequence[Head],
    collector: ImageHistoryCollector,
    progress: ProgressListener,
) -> None:
    progress.stage("events", sum(head.version for head in heads))
    (folder / "streams").mkdir(parents=True)
    for head in heads:
        with (folder / "streams" / f"{head.stream}.jsonl").open("wb") as file:
            for commit in source.commits(head.stream, head.version):
                file.write(_commit_line(commit))
                collector.add(commit)
                progress.step(commit.count)
    lines = ({"stream": head.stream, "version": head.version, "hash": head.hash.hex()} for head in heads)
    (folder / "heads.jsonl").write_bytes(b"".join(_json_line(line) for line in lines))


def _commit_line(commit: Commit) -> bytes:
    """Return a commit as stored: `meta` and `body` are the text that was hashed."""
    return _json_line(
        {
            "first": commit.first,
            "count": commit.count,
            "hash": commit.hash.hex(),
            "meta": commit.meta.decode(),
            "body": commit.body.decode(),
        }
    )


def _json_line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _write_records(folder: Path, records: Iterable[tuple[str, bytes]]) -> None:
    (folder / "anchors").mkdir()
    for name, body in records:
        (folder / "anchors" / name).write_bytes(body)


def _write_schemas(folder: Path) -> None:
    """Write the schema and an example of every event type."""

    for name, document in documents():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_manifest(folder: Path, tenant: str) -> str:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): _digest(path) for path in paths}
    manifest = {"files": files, "format": FORMAT, "tenant": tenant}
    body = json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=1).encode() + b"\n"
    (folder / "manifest.json").write_bytes(body)
    return hashlib.sha256(body).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return sha256_of(file)


def _publish(folder: Path, out: Path) -> None:
    if out.suffix != ".zip":
        folder.rename(out)
        return
    zip_file = folder.with_name("pack.zip")
    with zipfile.ZipFile(zip_file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            file.write(path, path.relative_to(folder).as_posix())
    zip_file.rename(out)
