"""How streams lie in the DynamoDB table: the keys, the items, and the writes of one append.

pk                 sk               what
<tenant>#<stream>  H                the head: version and hash of the last commit
<tenant>#<stream>  C<first>         a commit, in order of version
<tenant>#<stream>  K#<key>          what the append with this idempotency key answered; expires
<tenant>#<stream>  E#<entity>       the revision of an image
<tenant>           S#<stream>       the stream exists: written once, by its first commit

The register of streams costs one write in the life of a stream and is never behind. A global index over the
heads would be behind, and if it carried their versions, one partition of it would take every append of a tenant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from kenpin.domain.commit import Commit, Head, chain, genesis
from kenpin.ports import Appended, IdempotencyKey, KeyReused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, PutTypeDef, TransactWriteItemTypeDef

    Item = Mapping[str, AttributeValueTypeDef]

HEAD: Final = "H"
LAST_VERSION: Final = 10**12 - 1
KEYS_LIVE: Final = timedelta(days=30)


def commit_sk(first: int) -> str:
    return f"C{first:012d}"


def key_sk(key: IdempotencyKey) -> str:
    return f"K#{key.value}"


def entity_sk(entity: str) -> str:
    return f"E#{entity}"


def stream_sk(stream: str) -> str:
    return f"S#{stream}"


class Table(Struct, frozen=True):
    """The items of one tenant in the table of this name."""

    name: str
    tenant: str

    def key(self, stream: str, sk: str) -> Item:
        return {"pk": {"S": f"{self.tenant}#{stream}"}, "sk": {"S": sk}}

    def head(self, stream: str, item: Item | None) -> Head:
        if not item:
            return Head(stream, 0, genesis(self.tenant, stream))
        return Head(stream, int(item["version"]["N"]), item["hash"]["B"])

    def put(self, item: Item, *, over: Item | None = None, attribute: str = "") -> TransactWriteItemTypeDef:
        """Put the item where none is, or over one whose attribute is still what `over` says."""
        put: PutTypeDef = {
            "TableName": self.name,
            "Item": item,
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if over is not None:
            put["ConditionExpression"] = "#seen = :seen"
            put["ExpressionAttributeNames"] = {"#seen": attribute}
            put["ExpressionAttributeValues"] = {":seen": over[attribute]}
        return {"Put": put}


class Append(Struct, frozen=True):
    """What one call of `append` asks for, whichever head it will stand on."""

    table: Table
    stream: str
    count: int
    meta: bytes
    body: bytes
    recorded_at: datetime
    expected: int | None
    entities: Mapping[str, int]
    key: IdempotencyKey | None

    def after(self, head: Head) -> Commit:
        first = head.version + 1
        hash = chain(head.hash, first, self.count, self.meta, self.body)
        return Commit(self.stream, first, self.count, self.meta, self.body, hash)

    def writes(self, head: Head, commit: Commit) -> dict[str, TransactWriteItemTypeDef]:
        """Every write of the transaction by its sk: what may refuse it for good, the head, and then the commit."""
        writes = {}
        if self.key:
            writes[key_sk(self.key)] = self._remember_answer(self.key, commit)
        for entity, seen in self.entities.items():
            writes[entity_sk(entity)] = self._revise(entity, seen, commit)
        writes[HEAD] = self._advance(head, commit)
        writes[commit_sk(commit.first)] = self.table.put(self._item(commit))
        if head.version == 0:
            writes[stream_sk(self.stream)] = self._register()
        return writes

    def _remember_answer(self, key: IdempotencyKey, commit: Commit) -> TransactWriteItemTypeDef:
        return self.table.put(
            {
                **self.table.key(self.stream, key_sk(key)),
                "fingerprint": {"S": key.fingerprint},
                "first": {"N": str(commit.first)},
                "version": {"N": str(commit.last)},
                "hash": {"B": commit.hash},
                "expires": {"N": str(int((self.recorded_at + KEYS_LIVE).timestamp()))},
            }
        )

    def _revise(self, entity: str, seen: int, commit: Commit) -> TransactWriteItemTypeDef:
        item = self.table.key(self.stream, entity_sk(entity))
        over: Item | None = {"revision": {"N": str(seen)}} if seen else None
        return self.table.put({**item, "revision": {"N": str(commit.last)}}, over=over, attribute="revision")

    def _advance(self, head: Head, commit: Commit) -> TransactWriteItemTypeDef:
        """The hash names the whole history, so a head of a restored or rewritten table is never built on."""
        item = self.table.key(self.stream, HEAD)
        over: Item | None = {"hash": {"B": head.hash}} if head.version else None
        return self.table.put(
            {**item, "version": {"N": str(commit.last)}, "hash": {"B": commit.hash}}, over=over, attribute="hash"
        )

    def _item(self, commit: Commit) -> Item:
        return {
            **self.table.key(self.stream, commit_sk(commit.first)),
            "count": {"N": str(commit.count)},
            "meta": {"B": commit.meta},
            "body": {"B": commit.body},
            "hash": {"B": commit.hash},
        }

    def _register(self) -> TransactWriteItemTypeDef:
        return self.table.put({"pk": {"S": self.table.tenant}, "sk": {"S": stream_sk(self.stream)}})


def commit_in(stream: str, item: Item) -> Commit:
    first, count = int(item["sk"]["S"][1:]), int(item["count"]["N"])
    return Commit(stream, first, count, item["meta"]["B"], item["body"]["B"], item["hash"]["B"])


def answer_in(stream: str, key: IdempotencyKey, item: Item) -> Appended:
    if item["fingerprint"]["S"] != key.fingerprint:
        raise KeyReused(f"idempotency key {key.value} was used for another request; take a new one")
    return Appended(stream, int(item["first"]["N"]), int(item["version"]["N"]), item["hash"]["B"])


def streams_in(page: Sequence[Item]) -> list[str]:
    return [item["sk"]["S"].removeprefix("S#") for item in page]
