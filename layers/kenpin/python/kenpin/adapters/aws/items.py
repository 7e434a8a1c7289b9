"""The layout of streams in the DynamoDB table: keys, items, and the writes of an append.

pk                 sk               what
<tenant>#<stream>  H                the head: version, hash and time of the last commit; its change is the doorbell
<tenant>#<stream>  C<first>         a commit, in order of version
<tenant>#<stream>  K#<key>          what the append with this idempotency key answered; expires
<tenant>#<stream>  E#<entity>       the revision of an image
<tenant>#<stream>  Z<first>         commits that are also in a segment: segments.py
<tenant>           S#<stream>       the stream exists: written once, by its first commit

The register of streams costs one write in the life of a stream and is never behind. A global index over
the heads would be, and if it carried their versions, one partition would take every append of a tenant.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from kenpin.application.restore import RestorePart
from kenpin.domain.catalogue import meta_of, not_before
from kenpin.domain.commit import Commit, Head, chain, genesis
from kenpin.ports import Appended, IdempotencyKey, KeyReused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, PutTypeDef

    Item = Mapping[str, AttributeValueTypeDef]

HEAD: Final = "H"
LAST_VERSION: Final = 10**12 - 1
KEYS_LIVE: Final = timedelta(days=30)


def stream_pk(tenant: str, stream: str) -> str:
    return f"{tenant}#{stream}"


def commit_sk(first: int) -> str:
    return f"C{first:012d}"


def key_sk(key: IdempotencyKey) -> str:
    return f"K#{key.value}"


def entity_sk(entity: str) -> str:
    return f"E#{entity}"


def stream_sk(stream: str) -> str:
    return f"S#{stream}"


def at(pk: str, sk: str) -> Item:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def head_in(tenant: str, stream: str, item: Item | None) -> Head:
    if item is None:
        return Head(stream, 0, genesis(tenant, stream))
    return Head(stream, int(item["version"]["N"]), item["hash"]["B"])


def recorded_at_in(item: Item) -> datetime | None:
    """Return the time of the last commit from a head; None from one that was written before heads had it."""
    return datetime.fromisoformat(item["recorded_at"]["S"]) if "recorded_at" in item else None


def commit_in(stream: str, item: Item) -> Commit:
    first, count = int(item["sk"]["S"].removeprefix("C")), int(item["count"]["N"])
    return Commit(stream, first, count, item["meta"]["B"], item["body"]["B"], item["hash"]["B"])


def revision_in(item: Item | None) -> int:
    return 0 if item is None else int(item["revision"]["N"])


def stream_in(item: Item) -> str:
    return item["sk"]["S"].removeprefix("S#")


def answer_in(stream: str, key: IdempotencyKey, item: Item) -> Appended:
    if item["fingerprint"]["S"] != key.fingerprint:
        raise KeyReused(key.value)
    return Appended(stream, int(item["first"]["N"]), int(item["version"]["N"]), item["hash"]["B"])


class Append(Struct, frozen=True):
    """The request of one `append`, independent of the head it is tried on."""

    tenant: str
    stream: str
    count: int
    meta: bytes
    body: bytes
    recorded_at: datetime
    expected: int | None
    entities: Mapping[str, int]
    key: IdempotencyKey | None

    @property
    def pk(self) -> str:
        return stream_pk(self.tenant, self.stream)

    def after(self, head: Head, last: datetime | None) -> Commit:
        """Return the commit that follows the head; `last`: the time of the head's commit."""
        first, meta = head.version + 1, not_before(self.meta, last)
        hash = chain(head.hash, first, self.count, meta, self.body)
        return Commit(self.stream, first, self.count, meta, self.body, hash)

    def guards(self) -> set[str]:
        """Return the sks of the writes whose refusal the caller must know; a lost race on the head is not one."""
        return {entity_sk(entity) for entity in self.entities} | ({key_sk(self.key)} if self.key else set())

    def writes(self, head: Head, commit: Commit) -> dict[str, PutTypeDef]:
        """Return the writes by sk: those that may refuse for good, the head, then the commit."""
        writes = {}
        if self.key:
            writes[key_sk(self.key)] = put_once(self._answer(self.key, commit))
        for entity, seen in self.entities.items():
            revised = _revised(self.pk, entity, commit.last)
            writes[entity_sk(entity)] = put_once(revised, {"revision": {"N": str(seen)}} if seen else None)
        writes[HEAD] = _advance(self.pk, head, commit)
        writes[commit_sk(commit.first)] = put_once(_commit(self.pk, commit))
        if head.version == 0:
            writes[stream_sk(self.stream)] = put_once(at(self.tenant, stream_sk(self.stream)))
        return writes

    def _answer(self, key: IdempotencyKey, commit: Commit) -> Item:
        return {
            **at(self.pk, key_sk(key)),
            "fingerprint": {"S": key.fingerprint},
            "first": {"N": str(commit.first)},
            "version": {"N": str(commit.last)},
            "hash": {"B": commit.hash},
            "expires": {"N": str(int((self.recorded_at + KEYS_LIVE).timestamp()))},
        }


def restoring(tenant: str, head: Head, part: RestorePart) -> dict[str, PutTypeDef]:
    """Return the writes of restored commits by sk, revisions first: they may be too many for one transaction."""
    pk = stream_pk(tenant, head.stream)
    writes: dict[str, PutTypeDef] = {}
    for image_id, revision in part.revisions.items():
        writes[entity_sk(image_id)] = _put(_revised(pk, image_id, revision))
    for commit in part.commits:
        writes[commit_sk(commit.first)] = put_once(_commit(pk, commit))
    if head.version == 0:
        writes[stream_sk(head.stream)] = put_once(at(tenant, stream_sk(head.stream)))
    writes[HEAD] = _advance(pk, head, part.last)
    return writes


def _advance(pk: str, head: Head, commit: Commit) -> PutTypeDef:
    """Return the write that moves the head, conditional on its hash: an append never follows a rewritten head."""
    item: Item = {
        **at(pk, HEAD),
        "stream": {"S": commit.stream},
        "version": {"N": str(commit.last)},
        "hash": {"B": commit.hash},
        "recorded_at": {"S": meta_of(commit).recorded_at.isoformat()},
    }
    put = put_once(item, {"hash": {"B": head.hash}} if head.version else None)
    return {**put, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def _commit(pk: str, commit: Commit) -> Item:
    return {
        **at(pk, commit_sk(commit.first)),
        "count": {"N": str(commit.count)},
        "meta": {"B": commit.meta},
        "body": {"B": commit.body},
        "hash": {"B": commit.hash},
    }


def _revised(pk: str, entity: str, revision: int) -> Item:
    return {**at(pk, entity_sk(entity)), "revision": {"N": str(revision)}}


def _put(item: Item) -> PutTypeDef:
    """Return a write that puts the item unconditionally."""
    return {"TableName": "", "Item": item}


def put_once(item: Item, over: Item | None = None) -> PutTypeDef:
    """Return a write that puts the item where none is, or over one whose attribute `over` is unchanged."""
    put: PutTypeDef = {
        "TableName": "",
        "Item": item,
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    if over:
        [(name, seen)] = over.items()
        put["ConditionExpression"] = "#seen = :seen"
        put["ExpressionAttributeNames"] = {"#seen": name}
        put["ExpressionAttributeValues"] = {":seen": seen}
    return put
