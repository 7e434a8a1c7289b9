"""Anchors: signed statements of where every stream ended, against a rewrite of whole histories.

A record is lines of text: a statement in JSON, the Ed25519 signature of its digest in hex, and for an anchor the
heads. The statement of an anchor holds the root of a Merkle tree over its heads: a proof about one stream shows no
other. The stored bytes themselves are signed, so a check needs no canonical form, and finds any changed byte.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec
from msgspec import Struct

from kenpin.domain import merkle
from kenpin.domain.commit import Head

FIRST: Final = ""
"""The predecessor of the first anchor and of the first key."""
PURPOSE: Final = b"kenpin-anchor-1\n"
"""Before what is signed: a signature for an anchor is of no use for anything else."""

STAMP: Final = ".tsr"
"""The end of the name of a time stamp: a response of RFC 3161 over the whole record"""

Verify = Callable[[bytes, bytes, bytes], bool]
"""public key (32 bytes), message, signature (64 bytes) → whether the one who has the private key signed it"""


class Anchored(Struct, frozen=True, array_like=True):
    """A head: the stream, its version, and its hash in hex."""

    stream: str
    version: int
    hash: str


class Anchor(
    Struct, frozen=True, tag_field="kind", tag="anchor", forbid_unknown_fields=True, omit_defaults=True
):
    """A statement about all heads of a tenant at a moment."""

    number: int
    tenant: str
    taken_at: str
    """ISO 8601, UTC"""
    key_id: str
    previous: str
    """SHA-256 of the record of the anchor before, in hex; "" for the first."""
    streams: int = 0
    root: str = ""
    """Of the Merkle tree over the heads, in hex"""
    heads: tuple[Anchored, ...] = ()
    """The heads, in older anchors, which have no root"""


class Key(Struct, frozen=True, tag_field="kind", tag="key", forbid_unknown_fields=True):
    """From now on this key signs. The key before says so; the first says it of itself."""

    number: int
    tenant: str
    since: str
    key_id: str
    """Of whoever signs this statement: the key before, or for the first the key itself."""
    public: str
    """32 bytes in hex"""
    previous: str


Statement = Anchor | Key
Kind = Literal["anchor", "key"]
KINDS: Final[tuple[Kind, ...]] = ("key", "anchor")
"""In the order that they are checked in: keys are known before what they sign."""


class Record(Struct, frozen=True):
    """A statement as stored, with its signature."""

    name: str
    statement: Statement
    body: bytes
    heads: tuple[Anchored, ...] = ()
    """The heads that an anchor states; of a key, none"""

    @property
    def digest(self) -> str:
        return digest(self.body)

    @property
    def message(self) -> bytes:
        return message(self.body.split(b"\n")[0])

    @property
    def signature(self) -> bytes:
        return bytes.fromhex(self.body.split(b"\n")[1].decode())


class BrokenRecord(Exception):
    """These bytes are no record of a statement; the message says which and why."""


class Doubt(Struct, frozen=True):
    """Something wrong with an anchor or a key, or with history as an anchor knows it."""

    where: str
    """The record's name, or the stream's."""
    version: int
    """Of the stream; 0 where a record is at fault."""
    what: str


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def key_id(public: bytes) -> str:
    """The key's fingerprint, as people compare it: the first 16 bytes of its SHA-256, in hex."""
    return hashlib.sha256(public).hexdigest()[:32]


def message(statement: bytes) -> bytes:
    """Return the text that is signed: short, because a KMS key signs 4 KB at most."""
    return PURPOSE + hashlib.sha256(statement).hexdigest().encode()


def kind_of(statement: Statement) -> Kind:
    return "anchor" if isinstance(statement, Anchor) else "key"


def name_of(kind: Kind, number: int) -> str:
    return f"{kind}-{number:08d}.json"


def stamp_name(record: str) -> str:
    """Return the name of the time stamp of an anchor: it lies beside it."""
    return record.removesuffix(".json") + STAMP


def written(statement: Statement, sign: Callable[[bytes], bytes], heads: Sequence[Anchored] = ()) -> bytes:
    """Return the bytes of a record. `heads`: of an anchor."""
    line = _encoder.encode(statement)
    lines = [line, sign(message(line)).hex().encode()]
    if isinstance(statement, Anchor):
        lines.append(_encoder.encode(heads))
    return b"".join(each + b"\n" for each in lines)


def read(name: str, body: bytes) -> Record:
    """Raises BrokenRecord."""
    try:
        line, signature, *rest, end = body.split(b"\n")
        statement = _decoder.decode(line)
        if end or len(bytes.fromhex(signature.decode("ascii"))) != 64 or signature != signature.lower():
            raise ValueError("its second line is no signature")
        if _encoder.encode(statement) != line:
            raise ValueError("its first line is not written as anchors are")
        heads = _heads(statement, rest)
    except (ValueError, msgspec.DecodeError) as error:
        raise BrokenRecord(f"{name}: {error}") from error
    kind = kind_of(statement)
    if name != name_of(kind, statement.number):
        raise BrokenRecord(f"{name}: it holds {kind} {statement.number}")
    return Record(name, statement, body, heads)


def _heads(statement: Statement, rest: Sequence[bytes]) -> tuple[Anchored, ...]:
    """Return the heads of an anchor, of the lines after its signature. Raises ValueError, DecodeError."""
    if isinstance(statement, Key) or not statement.root:
        if rest:
            raise ValueError("it has a line too many")
        return () if isinstance(statement, Key) else statement.heads
    if len(rest) != 1 or statement.heads:
        raise ValueError("its third line does not hold the heads")
    heads = _heads_decoder.decode(rest[0])
    if _encoder.encode(heads) != rest[0] or (len(heads), root_of(heads)) != (
        statement.streams,
        statement.root,
    ):
        raise ValueError("its heads are not those of the signed root")
    return heads


def next_anchor(
    tenant: str, before: Record | None, key: str, taken_at: str, heads: Sequence[Anchored]
) -> Anchor:
    """Return the statement that follows. `heads`: in the order of their streams."""
    number = before.statement.number + 1 if before else 1
    previous = before.digest if before else FIRST
    return Anchor(number, tenant, taken_at, key, previous, len(heads), root_of(heads))


def anchored(heads: Iterable[Head]) -> tuple[Anchored, ...]:
    """Return heads as an anchor states them, in the order of their streams."""
    stated = (Anchored(each.stream, each.version, each.hash.hex()) for each in heads)
    return tuple(sorted(stated, key=lambda head: head.stream))


def leaf_of(head: Anchored) -> bytes:
    return merkle.leaf(_encoder.encode(head))


def root_of(heads: Iterable[Anchored]) -> str:
    return merkle.root([leaf_of(head) for head in heads]).hex()


def doubts(
    records: Sequence[Record], tenant: str, verify: Verify, trusted: Mapping[str, bytes] | None = None
) -> Iterator[Doubt]:
    """Yield what is wrong with these keys and anchors among themselves.

    `trusted`: public keys that the auditor has from elsewhere, by id. No other signature counts then: records that
    vouch for keys of their own prove nothing to somebody who does not trust whoever keeps them.
    """
    known = dict(trusted or {})
    for kind in KINDS:
        before = FIRST
        for number, record in enumerate((r for r in records if kind_of(r.statement) == kind), 1):
            said = record.statement
            if said.number != number:
                yield Doubt(record.name, 0, f"{name_of(kind, number)} is missing, or it is out of order")
            if said.previous != before or said.tenant != tenant:
                yield Doubt(
                    record.name, 0, f"it does not follow the {kind} before it, or is of another tenant"
                )
            before = record.digest
            fresh = {} if isinstance(said, Anchor) else _by_id(said.public)
            if not _signed(record, known or fresh, verify):
                yield Doubt(
                    record.name, 0, f"it is not signed by key {said.key_id}, or that is none that counts"
                )
            known.update(fresh if trusted is None else {})


def _by_id(public: str) -> dict[str, bytes]:
    return {key_id(bytes.fromhex(public)): bytes.fromhex(public)}


def _signed(record: Record, keys: Mapping[str, bytes], verify: Verify) -> bool:
    public = keys.get(record.statement.key_id)
    return public is not None and verify(public, record.message, record.signature)


Marks = Mapping[str, Mapping[int, Mapping[str, str]]]
"""stream → version → hash in hex → the first anchor that states it"""


def marks(records: Iterable[Record]) -> Marks:
    """Return the versions and hashes that the anchors hold of each stream."""
    found: dict[str, dict[int, dict[str, str]]] = {}
    for record in records:
        for head in record.heads:
            at = found.setdefault(head.stream, {}).setdefault(head.version, {})
            at.setdefault(head.hash, record.name)
    return found


def missed(
    stream: str, known: Mapping[int, Mapping[str, str]], reached: Mapping[int, str]
) -> Iterator[Doubt]:
    """Yield where a stream differs from its anchors. `reached`: the hash at each version, where there is one."""
    for version, hashes in sorted(known.items()):
        for hash, anchor in hashes.items():
            if version not in reached:
                yield Doubt(stream, version, f"{anchor} knows this version, and it is not there")
            elif reached[version] != hash:
                yield Doubt(stream, version, f"another history than {anchor} knows: it was rewritten")


_encoder = msgspec.json.Encoder()
_decoder: Final[msgspec.json.Decoder[Statement]] = msgspec.json.Decoder(Statement)
_heads_decoder: Final = msgspec.json.Decoder(tuple[Anchored, ...])
