"""A forgery by somebody with all rights: changed commits and a chain computed again."""

import json
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kenpin.domain.anchor import Key, anchored, key_id, next_anchor, written
from kenpin.domain.commit import Head, chain, genesis


def rewrite(owner: psycopg.Connection, stream: str, old: bytes, new: bytes) -> bytes:
    """Replace these bytes in the bodies of a stream, in the database itself; the hash that it ends with then."""
    owner.execute("alter table event_store.commits disable trigger append_only")
    (stream_id,) = owner.execute(
        "select id from event_store.streams where stream = %s", (stream,)
    ).fetchone() or (0,)
    rows = owner.execute(
        "select first, count, meta, body from event_store.commits where stream_id = %s order by first",
        (stream_id,),
    ).fetchall()
    at = genesis("local", stream)
    assert any(old in body for *_, body in rows)
    for first, count, meta, body in rows:
        body = body.replace(old, new)
        at = chain(at, first, count, meta, body)
        update = "update event_store.commits set body = %s, hash = %s where stream_id = %s and first = %s"
        owner.execute(update, (body, at, stream_id, first))
    owner.execute("update event_store.streams set hash = %s where id = %s", (at, stream_id))
    owner.execute("alter table event_store.commits enable trigger append_only")
    return at


def remove_last(owner: psycopg.Connection, stream: str) -> None:
    """Remove the last commit of a stream, so that history ends before it as if it had never happened."""
    owner.execute("alter table event_store.commits disable trigger append_only")
    owner.execute(
        """with last as (
            delete from event_store.commits c using event_store.streams s where s.id = c.stream_id
            and s.stream = %s and c.first + c.count - 1 = s.version returning c.stream_id, c.first
        ) update event_store.streams s set version = last.first - 1, hash = before.hash
        from last join event_store.commits before using (stream_id)
        where s.id = last.stream_id and before.first + before.count = last.first""",
        (stream,),
    )
    owner.execute(
        """update event_store.revisions r set revision = s.version from event_store.streams s
        where s.id = r.stream_id and s.stream = %s and r.revision > s.version""",
        (stream,),
    )
    owner.execute("alter table event_store.commits enable trigger append_only")


def rechain(pack: Path, stream: str, old: str, new: str) -> None:
    """Change what happened in a pack, and compute the chain and the head anew."""
    path, heads = pack / "streams" / f"{stream}.jsonl", pack / "heads.jsonl"
    lines, at = lines_of(path), genesis("local", stream)
    for line in lines:
        line["body"] = line["body"].replace(old, new)
        at = chain(at, line["first"], line["count"], line["meta"].encode(), line["body"].encode())
        line["hash"] = at.hex()
    path.write_bytes(b"".join(map(dumped, lines)))
    changed = [{**h, "hash": at.hex()} if h["stream"] == stream else h for h in lines_of(heads)]
    heads.write_bytes(b"".join(map(dumped, changed)))


def forge_records(pack: Path) -> None:
    """Anchors and keys of a key of one's own, that fit the heads of the pack."""
    for path in (pack / "anchors").iterdir():
        path.unlink()
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    first = Key(1, "local", "2026-01-01T00:00:00+00:00", key_id(public), public.hex(), "")
    (pack / "anchors" / "key-00000001.json").write_bytes(written(first, key.sign))
    stated = anchored(
        Head(h["stream"], h["version"], bytes.fromhex(h["hash"])) for h in lines_of(pack / "heads.jsonl")
    )
    anchor = next_anchor("local", None, key_id(public), "2026-01-01T00:00:00+00:00", stated)
    (pack / "anchors" / "anchor-00000001.json").write_bytes(written(anchor, key.sign, stated))


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def dumped(line: object) -> bytes:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
