"""Reads about proofs: anchors, keys and digests of rows."""

from base64 import b64encode
from collections.abc import Container
from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from msgspec.structs import asdict

from functions.api.history.queries import visible_streams
from functions.api.proof.answers import (
    AuditPack,
    PackContents,
    RecordText,
    RowCheckpoint,
    SignedRecord,
    StreamRows,
    TableRows,
    signed_record,
)
from functions.audit_pack.order import find_pack
from functions.http.answers import Page
from functions.http.errors import NoSuchThing
from functions.http.paging import (
    LARGEST,
    TEXT,
    Cursor,
    Limit,
    decoded,
    decoded_text,
    encoded,
    fitting,
    found,
    is_stale,
    page,
    rows,
)
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.domain.anchor import STAMP, Record, read, stamp_name
from kenpin.domain.ids import is_slug
from kenpin.domain.time_stamp import time_stamp_of
from kenpin.ports import NotFound
from kenpin.projections.digests import digests
from kenpin.projections.projection import checkpoints
from kenpin.read_models.catalogue import models_of

router = new_router()
AtOnce = Annotated[int, Query(ge=1, le=50)]


@router.get("/proof/anchors", tags=["proof"])
def anchors(limit: AtOnce = 20, cursor: Cursor = None) -> Page[SignedRecord]:
    """List anchors, newest first."""
    before = decoded_text(cursor) or "~"
    names = [name for name in _names("anchor-") if name < before][::-1]
    more = encoded(names[limit - 1]) if len(names) > limit else None
    stamps = set(_names(ending=STAMP))
    items = [signed_record(_read(name), _stamped_at(name, stamps)) for name in names[:limit]]
    return Page[SignedRecord](items=items, next_cursor=more)


@router.get("/proof/keys", tags=["proof"])
def keys() -> Page[SignedRecord]:
    """List the keys that sign or signed anchors, oldest first: compare their fingerprints with your notes."""
    return Page[SignedRecord](items=[signed_record(_read(name)) for name in _names("key-")])


@router.get("/proof/records", tags=["proof"])
def records(cursor: Cursor = None) -> Page[RecordText]:
    """List anchors, their time stamps and keys as stored, by name, for an auditor to check."""
    after = decoded_text(cursor) or ""
    names = [name for name in sorted([*_names(), *_names(ending=STAMP)]) if name > after]
    items = fitting(RecordText(name=name, text=_text(name)) for name in names)
    more = encoded(items[-1].name) if len(items) < len(names) else None
    return Page[RecordText](items=items, next_cursor=more)


@router.get("/proof/packs/<pack_id>", tags=["proof"])
def one_pack(pack_id: str) -> AuditPack:
    """Return how far an audit pack is, and the address of its file once it is done."""
    try:
        if not is_slug(pack_id):
            raise NotFound(pack_id)
        pack = find_pack(pack_id)
    except NotFound:
        raise NoSuchThing("audit_pack", pack_id, "; packs are kept for two days") from None
    summary = pack.outcome.summary
    return AuditPack(
        pack_id=pack_id,
        state=pack.state,
        percent=pack.percent,
        failed=pack.outcome.failed,
        contents=None if summary is None else PackContents(**asdict(summary)),
        url=pack.url,
    )


@router.get("/proof/rows/<stream>", tags=["proof"])
def rows_of_stream(stream: str, version: Annotated[int, Query(ge=1, le=LARGEST)]) -> StreamRows:
    """Return digests of the rows of one stream as of a version; a correct replay gives the same digests."""
    names = tuple(model.name for model in models_of(stream))
    stale = is_stale(stream, version, *names) if names else True
    found(None if stale else {}, "stream", stream, f"with rows of version {version}")
    with platform().database.transaction() as sql:
        tables = [
            TableRows.model_validate(asdict(each))
            for each in digests(models_of(stream), sql, stream, version)
        ]
    return StreamRows(stream=stream, version=version, tables=tables)


@router.get("/proof/checkpoints", tags=["proof"])
def checkpoints_of_rows(
    prefix: Annotated[str, Query(max_length=80)] = "", limit: Limit = 200, cursor: Cursor = None
) -> Page[RowCheckpoint]:
    """List the version and hash that rows have reached, of streams that you may see; history must have them all."""
    stream, projection = decoded(cursor, rf"({TEXT}) ([a-z_]+)") if cursor else ("", "")
    seen = visible_streams()
    with rows() as sql:
        shown = checkpoints(
            sql, prefix, (stream, projection), limit + 1, None if seen is None else sorted(seen)
        )
    return page(
        shown, limit, RowCheckpoint.model_validate, lambda row: f"{row['stream']} {row['projection']}"
    )


def _names(prefix: str = "", ending: str = ".json") -> list[str]:
    return sorted(name for name in platform().anchor_records.names(ending) if name.startswith(prefix))


def _text(name: str) -> str:
    body = platform().anchor_records.read(name)
    return b64encode(body).decode() if name.endswith(STAMP) else body.decode()


def _read(name: str) -> Record:
    return read(name, platform().anchor_records.read(name))


def _stamped_at(name: str, stamps: Container[str]) -> datetime | None:
    if (stamp := stamp_name(name)) not in stamps:
        return None
    try:
        return time_stamp_of(platform().anchor_records.read(stamp)).at
    except ValueError:
        return None
