"""Writes the proof of one decision: its commit, the chain to a head, the head's place in an anchor, the signature."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from functions.api.decision_chains.answers import Chain
from functions.api.proof.answers import SignedRecord
from host.audit import anchor_sources
from host.cli.client import Client
from host.cli.failures import Refused
from host.cli.history import commits
from kenpin.domain import merkle
from kenpin.domain.anchor import Anchor, Anchored, Key, Record, key_id, leaf_of
from kenpin.domain.commit import MAX_EVENTS, Commit, genesis

FORMAT: Final = "kenpin-proof@1"


class ProvedCommit(Struct, frozen=True):
    """The commit that holds the decision: `meta` and `body` are the text that was hashed."""

    first: int
    count: int
    meta: str
    body: str


class Proof(Struct, frozen=True, tag_field="format", tag=FORMAT):
    """All that shows that a decision was in history when an anchor was signed; it names no other stream."""

    image_id: str
    version: int
    commit: ProvedCommit
    before: str
    """The hash before the commit, in hex"""
    later: tuple[tuple[int, int, str, str], ...]
    """Of each later commit up to the head: first version, number of events, SHA-256 of meta and of body"""
    head: Anchored
    place: int
    """Of the head among the heads of the anchor"""
    path: tuple[str, ...]
    """From the head to the root of the anchor, as in RFC 9162"""
    anchor: str
    """The signed line"""
    signature: str
    key: str
    """The public key that signed, in hex"""


def prove(client: Client, dataset_id: str, image_id: str, version: int | None, tenant: str) -> Proof:
    """Return the proof of an event about an image, by default of its newest judgement.

    It needs an anchor taken after the event, and takes one where there is none. Raises Refused.
    """
    stream = f"dataset-{dataset_id}"
    version = version or _newest_judgement(client, dataset_id, image_id)
    record, keys = _anchor(client, stream, version, tenant)
    assert isinstance(record.statement, Anchor)
    place, head = next((n, each) for n, each in enumerate(record.heads) if each.stream == stream)
    before, commit, later = _commits(client, head, version, tenant)
    if image_id not in commit.body.decode():
        raise Refused(f"version {version} of {dataset_id} does not speak of image {image_id[:12]}")
    line, signature, _ = record.body.decode().split("\n", 2)
    return Proof(
        image_id,
        version,
        ProvedCommit(commit.first, commit.count, commit.meta.decode(), commit.body.decode()),
        before.hex(),
        tuple((each.first, each.count, _sha256(each.meta), _sha256(each.body)) for each in later),
        head,
        place,
        tuple(each.hex() for each in merkle.path([leaf_of(each) for each in record.heads], place)),
        line,
        signature,
        keys[record.statement.key_id],
    )


def _newest_judgement(client: Client, dataset_id: str, image_id: str) -> int:
    chain = client.get(f"/datasets/{dataset_id}/images/{image_id}/decisions", Chain)
    versions = [link.version for link in chain.links if link.kind == "judged" and link.version]
    if not versions:
        raise Refused(
            f"image {image_id[:12]} of {dataset_id} has no judgement; name another event by --version"
        )
    return max(versions)


def _anchor(client: Client, stream: str, version: int, tenant: str) -> tuple[Record, dict[str, str]]:
    """Return the first anchor that covers a version, and the public keys by id."""
    records = _records(client, tenant)
    if (found := _covering(records, stream, version)) is None:
        client.ask("/proof/anchors", {}, SignedRecord)
        records = _records(client, tenant)
        found = _covering(records, stream, version)
    if found is None:
        raise Refused(f"{stream} has no version {version}")
    return found, {key_id(bytes.fromhex(each.public)): each.public for each in _keys(records)}


def _records(client: Client, tenant: str) -> list[Record]:
    records, doubts = anchor_sources.read_records(anchor_sources.of_platform(client), tenant, None)
    if doubts:
        raise Refused(f"{doubts[0].where}: {doubts[0].what}; see `kenpin verify`")
    return records


def _covering(records: Iterable[Record], stream: str, version: int) -> Record | None:
    """Return the first anchor with a root whose head of the stream is at or after a version."""
    rooted = (r for r in records if isinstance(r.statement, Anchor) and r.statement.root)
    return next(
        (r for r in rooted if any(h.stream == stream and h.version >= version for h in r.heads)), None
    )


def _keys(records: Iterable[Record]) -> list[Key]:
    return [record.statement for record in records if isinstance(record.statement, Key)]


def _commits(
    client: Client, head: Anchored, version: int, tenant: str
) -> tuple[bytes, Commit, Sequence[Commit]]:
    """Return the hash before the commit that holds a version, this commit, and the later ones up to the head."""
    before = genesis(tenant, head.stream)
    read = list(commits(client, head.stream, head.version, max(0, version - 2 * MAX_EVENTS)))
    for place, commit in enumerate(read):
        if commit.first <= version <= commit.last:
            return before, commit, read[place + 1 :]
        before = commit.hash
    raise Refused(f"{head.stream} has no version {version}")


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
