"""Sources of anchors and keys: the platform, and copies that an auditor keeps."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator
from pathlib import Path

from functions.api.proof.answers import RecordText
from host.audit.signatures import is_signed
from host.cli.client import Client
from host.cli.failures import Refused
from kenpin.domain.anchor import STAMP, BrokenRecord, Doubt, Record, doubts, key_id, kind_of, read


def of_platform(client: Client) -> list[tuple[str, bytes]]:
    """Return the platform's records and time stamps: name and bytes."""

    return [
        (each.name, b64decode(each.text) if each.name.endswith(STAMP) else each.text.encode())
        for each in client.items("/proof/records", RecordText)
    ]


def of_folder(folder: Path) -> list[tuple[str, bytes]]:
    """Return the records and time stamps of a folder: name and bytes. Raises Refused when it has no record."""
    if found := sorted(folder.glob("*-????????.json")):
        stamps = sorted(folder.glob(f"*-????????{STAMP}"))
        return [(path.name, path.read_bytes()) for path in (*found, *stamps)]
    raise Refused(f"{folder} holds no anchors; it should hold anchor-00000001.json and so on")


def trusted_keys(path: Path) -> dict[str, bytes]:
    """Return the public keys of a file by id: one in hex per line, with notes after a #. Raises Refused."""
    try:
        lines = (line.partition("#")[0].strip() for line in path.read_text().splitlines())
        keys = [bytes.fromhex(line) for line in lines if line]
    except (OSError, ValueError) as error:
        raise Refused(f"{path} is no file of public keys in hex, one a line: {error}") from None
    return {key_id(key): key for key in keys}


def read_records(
    files: Iterable[tuple[str, bytes]], tenant: str, trusted: dict[str, bytes] | None, name_prefix: str = ""
) -> tuple[list[Record], list[Doubt]]:
    """Return the readable records, keys first, and every doubt about them. `where` is put before their names."""
    records: list[Record] = []
    doubts_found: list[Doubt] = []
    for name, body in files:
        if name.endswith(STAMP):
            continue
        try:
            records.append(read(name, body))
        except BrokenRecord as error:
            doubts_found.append(Doubt(name_prefix + name, 0, str(error)))
    doubts_found += [
        Doubt(name_prefix + d.where, 0, d.what) for d in doubts(records, tenant, is_signed, trusted)
    ]
    return records, doubts_found


def anchors_in(records: Iterable[Record]) -> Iterator[Record]:
    return (record for record in records if kind_of(record.statement) == "anchor")
