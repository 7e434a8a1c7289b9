"""What the API answers about proofs, field by field."""

from pydantic import BaseModel

from kenpin.domain.anchor import Anchor, Record


class SignedRecord(BaseModel):
    """An anchor, or a key that signs anchors: without its text, which may be long."""

    name: str
    digest: str
    """SHA-256 of the record, in hex"""
    at: str
    """When it was taken, or since when the key signs: ISO 8601"""
    tenant: str
    key_id: str
    """Fingerprint of the key that signed it"""
    public: str | None
    """Of a key: its public half, in hex"""
    streams: int
    events: int
    """Of an anchor: how many streams and events it covers"""


class TableRows(BaseModel):
    table: str
    rows: int
    digest: str
    """Of all rows in any order"""


class StreamRows(BaseModel):
    """What the tables say of one stream as of a version; those that keep no past only while no rows are beyond it."""

    stream: str
    version: int
    tables: list[TableRows]


class RecordText(BaseModel):
    """A record as stored: two lines, of which the first was signed and the second is the signature in hex."""

    name: str
    text: str


def told(record: Record) -> SignedRecord:
    said = record.statement
    heads = said.heads if isinstance(said, Anchor) else ()
    return SignedRecord(
        name=record.name,
        digest=record.digest,
        at=said.taken_at if isinstance(said, Anchor) else said.since,
        tenant=said.tenant,
        key_id=said.key_id,
        public=None if isinstance(said, Anchor) else said.public,
        streams=len(heads),
        events=sum(head.version for head in heads),
    )
