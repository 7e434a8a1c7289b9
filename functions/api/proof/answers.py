"""Answers about proofs, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from kenpin.domain.anchor import Anchor, Record


class SignedRecord(BaseModel):
    """An anchor or a signing key, without its text, which may be long."""

    name: str
    digest: str
    """SHA-256 of the record, in hex"""
    at: str
    """The time of the anchor, or the first time of the key: ISO 8601"""
    tenant: str
    key_id: str
    """Fingerprint of the key that signed it"""
    public: str | None
    """For a key: its public half, in hex"""
    streams: int
    events: int
    """For an anchor: the number of streams and events that it covers"""
    stamped_at: datetime | None = None
    """For an anchor: the time by its time stamp, which is not verified here. None: it has no stamp that can be read"""


class TableRows(BaseModel):
    table: str
    rows: int
    digest: str
    """Of all rows in any order"""


class StreamRows(BaseModel):
    """Digests of the rows of one stream as of a version.

    Tables that keep no past are included only while their rows are not beyond it."""

    stream: str
    version: int
    tables: list[TableRows]


class RowCheckpoint(BaseModel):
    """The version of a stream that the rows of one projection have reached, and its hash."""

    projection: str
    stream: str
    version: int
    hash: str


class AskedPack(BaseModel):
    pack_id: str


class PackContents(BaseModel):
    """The contents of an audit pack."""

    streams: int
    events: int
    anchors: int
    images: int
    manifest: str
    """SHA-256 of the manifest, which holds the digest of every file. Noted elsewhere, it seals the pack."""
    unanchored: str
    """The reason why no anchor could be taken; empty when one was"""
    wrong_pictures: list[str]
    """Pictures whose bytes are not those that history registered, one sentence each"""


class AuditPack(BaseModel):
    pack_id: str
    state: Literal["making", "done", "failed"]
    percent: int
    failed: Literal["", "too_late", "no_space", "broken"]
    """The reason for having no file"""
    contents: PackContents | None
    url: str | None
    """The signed address of the zip file, valid for half an hour to an hour"""


class RecordText(BaseModel):
    """A record as stored: the signed line, its signature in hex and, of an anchor, the heads.

    Where the name ends with .tsr: the time stamp of an anchor, in base64."""

    name: str
    text: str


def signed_record(record: Record, stamped_at: datetime | None = None) -> SignedRecord:
    statement = record.statement
    return SignedRecord(
        name=record.name,
        digest=record.digest,
        at=statement.taken_at if isinstance(statement, Anchor) else statement.since,
        tenant=statement.tenant,
        key_id=statement.key_id,
        public=None if isinstance(statement, Anchor) else statement.public,
        streams=len(record.heads),
        events=sum(head.version for head in record.heads),
        stamped_at=stamped_at,
    )
